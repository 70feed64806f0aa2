using System.Text.Json;
using System.Text.RegularExpressions;

namespace LiftPlus.Data;

/// <summary>Reads class names from the usual kinds of files.</summary>
internal static partial class ClassNames
{
    /// <summary>Reads names in label order: one a line, a json list or object, or a folder's folders in ordinal order.</summary>
    public static IReadOnlyList<string> Read(string place)
    {
        if (Directory.Exists(place))
            return ImageFolder.ClassNames(place) is { Length: > 0 } folders
                ? folders
                : throw new LiftPlusException($"The folder '{place}' holds no folder to name a class.");
        string[] lines = TextFile.ReadLines(place, "class name file");
        if (
            lines.FirstOrDefault(line => !string.IsNullOrWhiteSpace(line))?.TrimStart() is string first
            && (first.StartsWith('[') || first.StartsWith('{'))
        )
            return FromJson(place, string.Join('\n', lines));
        List<string> names = [.. lines.Select(line => Quoted.Strip(line.Trim()).Trim())];
        while (names.Count > 0 && names[^1].Length == 0)
            names.RemoveAt(names.Count - 1);
        int blank = names.IndexOf("");
        if (blank >= 0)
            throw new LiftPlusException(
                $"Line {blank + 1} of the class name file '{place}' is blank: each line names the class of its number, counted from 0."
            );
        return names.Count > 0 ? WithoutNumbers(names) : throw new LiftPlusException($"The class name file '{place}' is empty.");
    }

    /// <summary>Parses JSON with comments and trailing commas.</summary>
    /// <exception cref="LiftPlusException">The text is not valid JSON.</exception>
    internal static JsonDocument Parse(string file, string text)
    {
        try
        {
            return TextFile.ParseJson(text);
        }
        catch (JsonException e)
        {
            throw new LiftPlusException($"The class name file '{file}' is not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>Returns a value as a name; of a list, its last value, as Keras writes an identifier and a name.</summary>
    /// <exception cref="LiftPlusException">The value is not a text.</exception>
    internal static string TextOf(string file, string key, JsonElement value)
    {
        JsonElement last = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? value[value.GetArrayLength() - 1] : value;
        return last.ValueKind == JsonValueKind.String && last.GetString() is { Length: > 0 } text
            ? text
            : throw new LiftPlusException(
                $"The class name file '{file}' gives '{key}' the value {LabelTexts.Shorten(value.GetRawText())}; a text is needed."
            );
    }

    // "n01440764 tench" of ImageNet, "0 tench" or "/a/airfield 0" of Places, if all lines are so.
    private static IReadOnlyList<string> WithoutNumbers(List<string> names)
    {
        if (names.All(name => WordNetId.IsMatch(name)))
            return [.. names.Select(name => WordNetId.Replace(name, ""))];
        foreach (Regex number in new[] { LeadingNumber, TrailingNumber })
        {
            int[] numbers = [.. names.Select(name => LabelTexts.TryNumber(number.Match(name).Groups[1].Value, out int found) ? found : -1)];
            string[] words = [.. names.Select(name => number.Replace(name, ""))];
            if (numbers[0] is 0 or 1 && numbers.SequenceEqual(Enumerable.Range(numbers[0], names.Count)) && words.Distinct().Count() > 1)
                return words;
        }

        return names;
    }

    // ["tench", ...] or { "0": "tench", ... } or Keras' { "0": ["n01440764", "tench"], ... } or { "tench": 0, ... }
    private static IReadOnlyList<string> FromJson(string file, string text)
    {
        using JsonDocument document = Parse(file, text);
        JsonElement root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Array)
            return [.. root.EnumerateArray().Select((value, i) => TextOf(file, $"{i}", value))];
        if (root.TryGetProperty("id2label", out JsonElement labels) && labels.ValueKind == JsonValueKind.Object) // config.json
            root = labels;
        bool byName = root.EnumerateObject().All(entry => entry.Value.ValueKind == JsonValueKind.Number);
        string[] names = new string[root.EnumerateObject().Count()];
        foreach (JsonProperty entry in root.EnumerateObject())
        {
            string key = byName ? entry.Value.GetRawText() : entry.Name;
            if (!LabelTexts.TryNumber(key, out int label) || (uint)label >= (uint)names.Length || names[label] is not null)
                throw new LiftPlusException(
                    $"The class name file '{file}' has the key '{key}' among {names.Length}; "
                        + $"keys are the labels 0 to {names.Length - 1}, each once."
                );
            names[label] = byName ? entry.Name : TextOf(file, entry.Name, entry.Value);
        }

        return names.Length > 0 ? names : throw new LiftPlusException($"The class name file '{file}' is empty.");
    }

    [GeneratedRegex(@"^n\d{8}[\s,]+(?=\S)")]
    private static partial Regex WordNetId { get; }

    [GeneratedRegex(@"^(\d+)[\s,:]+(?=\S)")]
    private static partial Regex LeadingNumber { get; }

    [GeneratedRegex(@"(?<=\S)[\s,]+(\d+)$", RegexOptions.RightToLeft)] // takes time in proportion to the line
    private static partial Regex TrailingNumber { get; }
}
