using System.Text.Json;

namespace LiftPlus.Data;

/// <summary>
/// Reads images and labels from the usual forms of JSON: a list of objects or pairs, such a list under a name as StyleGAN writes it, an
/// object of paths and labels, or an object per line.
/// </summary>
internal static class JsonList
{
    private static readonly string[] s_lists = ["labels", "images", "samples", "data"];
    private static readonly string[] s_paths = ["path", "file", "file_name", "filename", "filepath", "image", "image_path", "img_path"];
    private static readonly string[] s_labels = ["label", "class", "class_name", "category", "target"];

    /// <summary>Returns the items; null if the text is not JSON.</summary>
    /// <exception cref="LiftPlusException">The file's ending promises JSON, but the text is damaged.</exception>
    public static IReadOnlyList<JsonItem>? Read(string file, string[] lines)
    {
        if (Array.Find(lines, line => !string.IsNullOrWhiteSpace(line))?.TrimStart() is not ['[' or '{', ..])
            return null;
        try
        {
            return lines.All(line => string.IsNullOrWhiteSpace(line) || line.TrimStart().StartsWith('{') && line.TrimEnd().EndsWith('}'))
                ? [.. lines.Where(line => !string.IsNullOrWhiteSpace(line)).SelectMany(line => Items(line, isLine: lines.Length > 1))]
                : Items(string.Join('\n', lines), isLine: false);
        }
        catch (JsonException e)
        {
            return Path.GetExtension(file).StartsWith(".json", StringComparison.OrdinalIgnoreCase)
                ? throw new LiftPlusException($"The image list '{file}' is not valid JSON: {e.Message}", e)
                : null; // a path may begin with a bracket
        }
    }

    private static List<JsonItem> Items(string text, bool isLine)
    {
        using JsonDocument document = TextFile.ParseJson(text);
        JsonElement root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Array)
            return [.. root.EnumerateArray().Select(Item)];
        if (Find(root, s_lists) is { ValueKind: JsonValueKind.Array } list)
            return [.. list.EnumerateArray().Select(Item)];
        if (isLine || Find(root, s_paths) is not null)
            return [Item(root)];
        return [.. root.EnumerateObject().Select(entry => Item(entry.Name, entry.Value))];
    }

    private static JsonItem Item(JsonElement item) =>
        item.ValueKind switch
        {
            JsonValueKind.Array when item.GetArrayLength() == 2 && item[0].ValueKind == JsonValueKind.String => Item(
                item[0].GetString()!,
                item[1]
            ),
            JsonValueKind.Object when Find(item, s_paths) is { ValueKind: JsonValueKind.String } path => Item(
                path.GetString()!,
                Find(item, s_labels)
            ),
            _ => new JsonItem(
                "",
                "",
                $"{LabelTexts.Shorten(item.GetRawText())} is neither [path, label] nor an object with a path ({string.Join(", ", s_paths)})"
            ),
        };

    private static JsonItem Item(string path, JsonElement? label) =>
        label is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 1 ? Item(path, list[0])
        : label is { ValueKind: JsonValueKind.String or JsonValueKind.Number } value && path.Length > 0
            ? new JsonItem(path, value.ToString())
        : label is { } other
            ? new JsonItem("", "", $"'{path}' has the label {LabelTexts.Shorten(other.GetRawText())}; give a text or a number")
        : new JsonItem("", "", $"'{path}' has no label ({string.Join(", ", s_labels)})");

    private static JsonElement? Find(JsonElement item, string[] keys) =>
        item.ValueKind == JsonValueKind.Object
            ? keys.Select(key => item.TryGetProperty(key, out JsonElement value) ? value : (JsonElement?)null)
                .FirstOrDefault(value => value is not null)
            : null;
}
