using System.Text.Json;
using LiftPlus.Files;
using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Data;

/// <summary>Reads the labels in a tar file: files that end in .cls, or in .json with a label in it.</summary>
internal sealed class TarLabels
{
    private const int MostLabelBytes = 1 << 16;

    private static readonly string[] s_keys = ["cls", "label", "class", "class_name"];

    private readonly string _file;
    private readonly Dictionary<string, (string Label, string Name)> _labels = [];

    private TarLabels(string file) => _file = file;

    /// <summary>Returns whether a file may be a label.</summary>
    public static bool IsLabel(string name) =>
        name.EndsWith(".cls", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the labels.</summary>
    /// <returns>The label of each sample, and the name of its file.</returns>
    /// <exception cref="LiftPlusException">A label is not UTF-8, or a sample has two.</exception>
    public static IReadOnlyDictionary<string, (string Label, string Name)> Read(string file, IReadOnlyList<TarMember> members)
    {
        var labels = new TarLabels(file);
        using SafeFileHandle handle = RegularFile.Open(file);
        foreach (TarMember member in members.Where(member => IsLabel(member.Name)))
            labels.Add(member, handle);
        return labels._labels;
    }

    private void Add(TarMember member, SafeFileHandle handle)
    {
        if (LabelOf(member, handle) is not string label || _labels.TryAdd(member.Stem, (label, member.Name)))
            return;
        (string other, string name) = _labels[member.Stem];
        if (label != other || name == member.Name)
            throw new LiftPlusException(
                $"The tar file '{_file}' has two labels of the sample '{member.Stem}': "
                    + $"'{LabelTexts.Shorten(other)}' in '{name}' and '{LabelTexts.Shorten(label)}' in '{member.Name}'. Remove one."
            );
    }

    // A description without a label is ignored.
    private string? LabelOf(TarMember member, SafeFileHandle handle)
    {
        if (member.Length > MostLabelBytes)
            return null;
        byte[] bytes = new byte[member.Length];
        int read = RandomAccess.Read(handle, bytes, member.Offset);
        string text = string.Join('\n', TextFile.Lines(bytes.AsSpan(0, read), $"The label '{member.Name}' of the tar file '{_file}'"))
            .Trim();
        return member.Ending.Equals(".json", StringComparison.OrdinalIgnoreCase) ? LabelInJson(text)
            : text.Length > 0 ? text
            : null;
    }

    private static string? LabelInJson(string text)
    {
        try
        {
            using JsonDocument document = TextFile.ParseJson(text);
            JsonElement value = document.RootElement;
            if (value.ValueKind == JsonValueKind.Object)
                value = s_keys
                    .Select(key => document.RootElement.TryGetProperty(key, out JsonElement found) ? found : default)
                    .FirstOrDefault(found => found.ValueKind != JsonValueKind.Undefined);
            if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1)
                value = value[0];
            return value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
