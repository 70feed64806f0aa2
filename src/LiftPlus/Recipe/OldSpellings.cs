using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftPlus.Recipe;

/// <summary>Reads recipes that an earlier version wrote: settings that were renamed are replaced by their present names.</summary>
internal static class OldSpellings
{
    // A setting, by the name of the object that holds it.
    private static readonly (string Owner, string Old, string New)[] s_settings =
    [
        (nameof(FineTuningRecipe.Training), "Validate", nameof(TrainingOptions.CheckImages)),
    ];

    // A value, by the name of its setting.
    private static readonly (string Setting, string Old, string New)[] s_values =
    [
        (nameof(CoOpOptions.Start), "Photo", nameof(CoOpStart.PhotoPrompt)),
    ];

    // A setting that moved to the object around its owner.
    private static readonly (string Owner, string Old)[] s_moved =
    [
        (nameof(TrainingOptions.EarlyStopping), nameof(TrainingOptions.Metric)),
    ];

    /// <summary>
    /// Returns JSON with present names. A text without old names is returned as it is, so that messages name its own lines; so is a text
    /// that is not valid JSON, about which the deserializer has more to say.
    /// </summary>
    public static string Replace(string json, JsonSerializerOptions options)
    {
        var reading = new JsonDocumentOptions
        {
            MaxDepth = options.MaxDepth,
            CommentHandling = options.ReadCommentHandling,
            AllowTrailingCommas = options.AllowTrailingCommas,
            AllowDuplicateProperties = false,
        };
        try
        {
            JsonNode? node = JsonNode.Parse(json, documentOptions: reading);
            return Replace("", node) ? node!.ToJsonString() : json;
        }
        catch (JsonException)
        {
            return json;
        }
    }

    /// <summary>Replaces old names within a node that has this name; returns whether there were any.</summary>
    public static bool Replace(string name, JsonNode? node)
    {
        bool replaced = false;
        if (node is JsonArray list)
        {
            foreach (JsonNode? item in list)
                replaced |= Replace(name, item);
        }
        else if (node is JsonObject settings)
        {
            foreach ((string key, JsonNode? value) in settings.ToArray())
            {
                replaced |= Replace(key, value);
                if (value is JsonObject part && s_moved.FirstOrDefault(entry => entry.Owner == key).Old is string moved)
                    replaced |= Move(moved, part, settings);
                if (s_values.FirstOrDefault(entry => entry.Setting == key && IsText(value, entry.Old)).New is string text)
                {
                    settings[key] = text;
                    replaced = true;
                }

                if (s_settings.FirstOrDefault(entry => entry.Owner == name && entry.Old == key).New is string present)
                {
                    settings.Remove(key);
                    settings[present] = value;
                    replaced = true;
                }
            }
        }

        return replaced;
    }

    private static bool Move(string name, JsonObject from, JsonObject to)
    {
        if (!from.Remove(name, out JsonNode? value))
            return false;
        to[name] = value;
        return true;
    }

    private static bool IsText(JsonNode? node, string text) =>
        node?.GetValueKind() == JsonValueKind.String && node.GetValue<string>() == text;
}
