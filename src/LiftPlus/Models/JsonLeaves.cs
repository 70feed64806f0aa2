using System.Globalization;
using System.Text.Json.Nodes;

namespace LiftPlus.Models;

/// <summary>
/// Flattens JSON into values by their paths, such as <c>Training.Optimizer.Momentum</c>, and compares two sets of values.
/// </summary>
internal static class JsonLeaves
{
    /// <summary>Returns the JSON of every value by its path.</summary>
    public static Dictionary<string, string> Of(JsonObject json)
    {
        var leaves = new Dictionary<string, string>();
        Walk("", json);
        return leaves;

        void Walk(string path, JsonNode? node)
        {
            if (node is JsonObject branch)
            {
                foreach ((string name, JsonNode? value) in branch)
                    Walk(path.Length == 0 ? name : $"{path}.{name}", value);
            }
            else if (node is JsonArray list)
            {
                for (int i = 0; i < list.Count; i++)
                    Walk(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), list[i]);
            }
            else
            {
                leaves[path] = node?.ToJsonString() ?? "null"; // a name with a dot can meet another path
            }
        }
    }

    /// <summary>Returns a line for every path in both sets whose values differ.</summary>
    /// <param name="then">The values that were saved.</param>
    /// <param name="now">The present values.</param>
    /// <param name="place">Where the saved values are, such as "in the checkpoint".</param>
    public static IEnumerable<string> Differences(
        IReadOnlyDictionary<string, string> then,
        IReadOnlyDictionary<string, string> now,
        string place
    ) =>
        from entry in then
        where now.TryGetValue(entry.Key, out string? value) && value != entry.Value
        select Line(entry.Key, entry.Value, place, now[entry.Key]);

    /// <summary>Returns a line for every path in one of the sets whose value in the other differs or is missing.</summary>
    /// <inheritdoc cref="Differences"/>
    public static IEnumerable<string> AllDifferences(
        IReadOnlyDictionary<string, string> then,
        IReadOnlyDictionary<string, string> now,
        string place
    ) =>
        from path in then.Keys.Union(now.Keys)
        let old = then.GetValueOrDefault(path)
        let current = now.GetValueOrDefault(path)
        where old != current
        select Line(path, old ?? "nothing", place, current ?? "nothing");

    /// <summary>Returns the line about one difference.</summary>
    public static string Line(string path, string then, string place, string now) => $"{path}: {then} {place}, {now} now";
}
