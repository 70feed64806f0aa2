using System.Text.Json;

namespace LiftPlus.Data;

/// <summary>Reads class names, and maps of them, from the usual kinds of files.</summary>
internal static class ClassNames
{
    /// <summary>Reads names in label order: one a line, a json list or object, or a folder's folders in ordinal order.</summary>
    public static IReadOnlyList<string> Read(string place)
    {
        if (Directory.Exists(place))
        {
            string[] folders = ImageFolder.ClassFolders(place);
            return folders.Length > 0
                ? [.. folders.Select(folder => Path.GetFileName(folder))]
                : throw new LiftPlusException($"The folder '{place}' holds no folder to name a class.");
        }

        string[] lines = TextFile.ReadLines(place, "class name file");
        if (
            lines.FirstOrDefault(line => !string.IsNullOrWhiteSpace(line))?.TrimStart() is string first
            && (first.StartsWith('[') || first.StartsWith('{'))
        )
            return FromJson(place, string.Join('\n', lines));
        List<string> names = [.. lines.Select(line => line.Trim())];
        while (names.Count > 0 && names[^1].Length == 0)
            names.RemoveAt(names.Count - 1);
        int blank = names.IndexOf("");
        if (blank >= 0)
            throw new LiftPlusException(
                $"Line {blank + 1} of the class name file '{place}' is blank: each line names the class of its number, counted from 0."
            );
        return names.Count > 0 ? names : throw new LiftPlusException($"The class name file '{place}' is empty.");
    }

    /// <summary>Reads old and new names: <c>n01440764 tench</c> lines (a tab or comma works as well), or a json object of texts.</summary>
    public static IReadOnlyDictionary<string, string> ReadMap(string file)
    {
        string[] lines = TextFile.ReadLines(file, "class name map");
        var map = new Dictionary<string, string>();
        if (lines.FirstOrDefault(line => !string.IsNullOrWhiteSpace(line))?.TrimStart().StartsWith('{') == true)
        {
            using JsonDocument document = Parse(file, string.Join('\n', lines));
            foreach (JsonProperty entry in document.RootElement.EnumerateObject())
                map[entry.Name] = TextOf(file, entry.Name, entry.Value);
        }
        else
        {
            for (int i = 0; i < lines.Length; i++)
            {
                string line = lines[i].Trim();
                int at =
                    line.IndexOf('\t') is int tab and >= 0 ? tab
                    : line.IndexOf(',') is int comma and >= 0 ? comma
                    : line.IndexOf(' ');
                if (line.Length == 0)
                    continue;
                if (at <= 0 || line[(at + 1)..].Trim() is not { Length: > 0 } name)
                    throw new LiftPlusException(
                        $"Line {i + 1} of the class name map '{file}' reads '{LabelTexts.Shorten(line)}'; "
                            + "it must read 'old name', a tab, comma or space, 'new name'."
                    );
                if (!map.TryAdd(line[..at].Trim(), name))
                    throw new LiftPlusException($"Line {i + 1} of the class name map '{file}' names '{line[..at].Trim()}' a second time.");
            }
        }

        return map.Count > 0 ? map : throw new LiftPlusException($"The class name map '{file}' is empty.");
    }

    // ["tench", ...] or { "0": "tench", ... } or Keras' { "0": ["n01440764", "tench"], ... }
    private static IReadOnlyList<string> FromJson(string file, string text)
    {
        using JsonDocument document = Parse(file, text);
        if (document.RootElement.ValueKind == JsonValueKind.Array)
            return [.. document.RootElement.EnumerateArray().Select((value, i) => TextOf(file, $"{i}", value))];
        string[] names = new string[document.RootElement.EnumerateObject().Count()];
        foreach (JsonProperty entry in document.RootElement.EnumerateObject())
        {
            if (!LabelTexts.TryNumber(entry.Name, out int label) || (uint)label >= (uint)names.Length || names[label] is not null)
                throw new LiftPlusException(
                    $"The class name file '{file}' has the key '{entry.Name}' among {names.Length}; "
                        + $"keys are the labels 0 to {names.Length - 1}, each once."
                );
            names[label] = TextOf(file, entry.Name, entry.Value);
        }

        return names.Length > 0 ? names : throw new LiftPlusException($"The class name file '{file}' is empty.");
    }

    private static string TextOf(string file, string key, JsonElement value)
    {
        JsonElement last = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 ? value[value.GetArrayLength() - 1] : value;
        return last.ValueKind == JsonValueKind.String && last.GetString() is { Length: > 0 } text
            ? text
            : throw new LiftPlusException(
                $"The class name file '{file}' gives '{key}' the value {LabelTexts.Shorten(value.GetRawText())}; a text is needed."
            );
    }

    private static JsonDocument Parse(string file, string text)
    {
        try
        {
            return JsonDocument.Parse(
                text,
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
            );
        }
        catch (JsonException e)
        {
            throw new LiftPlusException($"The class name file '{file}' is not valid JSON: {e.Message}", e);
        }
    }
}
