using System.Formats.Tar;
using System.Text.Json;

namespace LiftPlus.Data;

/// <summary>
/// Reads images in tar files without unpacking them. Files that share their name up to the first dot belong together, as in WebDataset:
/// <c>0001.jpg</c> with <c>0001.cls</c> or <c>0001.json</c>. Where no image has such a label, its folder in the tar is its class.
/// </summary>
internal static class TarShards
{
    private const int MostLabelBytes = 1 << 16;

    private static readonly string[] s_labelKeys = ["cls", "label", "class", "class_name"];

    public static ImageListing Read(IReadOnlyList<string> files, IReadOnlyList<string>? classNames)
    {
        if (files.Count == 0)
            throw new LiftPlusException("No tar file was given.");
        var images = new List<Entry>();
        foreach (string file in files)
            images.AddRange(TextFile.Read(file, "tar file", ReadOne));
        bool labelled = images.Any(image => image.Label is not null);
        var labels = new LabelTexts(
            files.Count == 1 ? $"The tar file '{files[0]}'" : $"The set of {files.Count} tar files from '{files[0]}'",
            "image"
        );
        for (int i = 0; i < images.Count; i++)
        {
            string? label = labelled ? images[i].Label : Folder(images[i].Name);
            if (label is null)
                labels.Fault(
                    i,
                    $"'{images[i].Name}' has no "
                        + $"{(labelled ? ".cls or .json file with a label, as others have" : "label: no .cls or .json file, no folder")}"
                );
            else
                labels.Add(i, label);
        }

        (int[] numbers, IReadOnlyList<string> names) = labels.Resolve(classNames);
        return new ImageListing([.. images.Zip(numbers, (image, label) => new LabeledImage(image.Source, label))], names);
    }

    /// <summary>Finds a file, a folder of tar files, or a pattern (<c>train-*.tar</c>), in ordinal order.</summary>
    public static IReadOnlyList<string> Find(string place)
    {
        if (File.Exists(place))
            return [place];
        (string folder, string pattern) = Directory.Exists(place)
            ? (place, "*.tar")
            : (Path.GetDirectoryName(place) is { Length: > 0 } parent ? parent : ".", Path.GetFileName(place));
        string[] found = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)] : [];
        return found.Length > 0
            ? found
            : throw new LiftPlusException(
                $"No tar file was found at '{place}': give a file, a folder of .tar files or a pattern such as train-*.tar."
            );
    }

    private static List<Entry> ReadOne(string file)
    {
        var images = new List<Entry>();
        var labels = new Dictionary<string, string>();
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        try
        {
            using var tar = new TarReader(stream);
            while (tar.GetNextEntry() is TarEntry entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile))
                    continue;
                if (entry.Name.Contains('\uFFFD'))
                    throw new LiftPlusException(
                        $"The tar file '{file}' has the entry '{entry.Name}', whose name is not UTF-8. Pack it again with UTF-8 names."
                    );
                if (ImageFolder.IsImage(entry.Name))
                    images.Add(new Entry(entry.Name, Source(file, entry), null));
                else if (Label(file, entry) is string label)
                    labels[Key(entry.Name)] = label;
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException or ArgumentException)
        {
            string cause = file.EndsWith("gz", StringComparison.OrdinalIgnoreCase)
                ? "It is compressed; unpack it to a .tar, whose images are then read where they lie."
                : $"{e.Message} Fetch it again.";
            throw new LiftPlusException($"The tar file '{file}' cannot be read after {images.Count} images. {cause}", e);
        }

        return [.. images.Select(image => image with { Label = labels.GetValueOrDefault(Key(image.Name)) })];
    }

    private static string? Label(string file, TarEntry entry)
    {
        string extension = Path.GetExtension(entry.Name).ToLowerInvariant();
        if (extension is not (".cls" or ".json") || entry.DataStream is null || entry.Length > MostLabelBytes)
            return null;
        byte[] bytes = new byte[entry.Length];
        entry.DataStream.ReadExactly(bytes);
        string text = string.Join('\n', TextFile.Lines(bytes, $"The label '{entry.Name}' of the tar file '{file}'")).Trim();
        return extension == ".json" ? LabelInJson(text)
            : text.Length > 0 ? text
            : null;
    }

    // A description without a label is ignored, and so is a label that is neither text nor number.
    private static string? LabelInJson(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement value = document.RootElement;
            if (value.ValueKind == JsonValueKind.Object)
                value = s_labelKeys
                    .Select(key => document.RootElement.TryGetProperty(key, out JsonElement found) ? found : default)
                    .FirstOrDefault(found => found.ValueKind != JsonValueKind.Undefined);
            return value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Key(string name)
    {
        int dot = name.IndexOf('.', name.LastIndexOf('/') + 1);
        return dot < 0 ? name : name[..dot];
    }

    private static string? Folder(string name) =>
        Path.GetFileName(Path.GetDirectoryName(name)) is { Length: > 0 } folder and not "." ? folder : null;

    private static ImageSource Source(string file, TarEntry entry) =>
        ImageSource.FromFilePart(file, entry.DataOffset, entry.Length, $"{file}/{entry.Name}");

    private sealed record Entry(string Name, ImageSource Source, string? Label);
}
