using System.Text.Json.Nodes;

namespace LiftPlus.DependencyInjection;

/// <summary>Finds places in JSON by their path, such as <c>$.Peft[0].Rank</c>.</summary>
internal static class JsonPath
{
    /// <summary>Takes out what stands at a path. An element of a list becomes null, so that the others keep their numbers.</summary>
    /// <returns>Whether something was there.</returns>
    public static bool Remove(JsonNode settings, string path)
    {
        string[] steps = path.TrimStart('$').Replace("[", ".").Replace("]", "").Split('.', StringSplitOptions.RemoveEmptyEntries);
        if (steps.Length == 0)
            return false;
        JsonNode? parent = settings;
        foreach (string step in steps[..^1])
            parent = Child(parent, step);
        switch (parent)
        {
            case JsonObject parts:
                return parts.Remove(steps[^1]);
            case JsonArray list when int.TryParse(steps[^1], out int at) && at < list.Count && list[at] is not null:
                list[at] = null;
                return true;
            default:
                return false;
        }
    }

    private static JsonNode? Child(JsonNode? node, string step) =>
        node switch
        {
            JsonObject parts => parts[step],
            JsonArray list when int.TryParse(step, out int at) && at < list.Count => list[at],
            _ => null,
        };
}
