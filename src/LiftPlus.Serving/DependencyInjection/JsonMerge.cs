using System.Text.Json.Nodes;

namespace LiftPlus.DependencyInjection;

/// <summary>Lays the settings of a configuration section over settings that code has set.</summary>
internal static class JsonMerge
{
    /// <summary>
    /// Changes <paramref name="settings"/> to the values of <paramref name="changes"/>; keys compare without regard to case.
    /// </summary>
    public static void Apply(JsonObject settings, JsonObject changes)
    {
        foreach ((string key, JsonNode? change) in changes)
        {
            string found = settings
                .Select(setting => setting.Key)
                .FirstOrDefault(known => known.Equals(key, StringComparison.OrdinalIgnoreCase), key);
            JsonNode? current = settings[found];
            if (current is JsonObject parts && change is JsonObject partChanges)
                Apply(parts, partChanges);
            else if (!(current is JsonObject && change is null)) // configuration does not tell null from {}
                settings[found] = current is JsonValue or null && change is JsonArray { Count: 0 } ? Blank(current) : change?.DeepClone();
        }
    }

    // Configuration does not tell an empty list from an empty text either.
    private static JsonValue? Blank(JsonNode? current) => current is null ? null : JsonValue.Create("");
}
