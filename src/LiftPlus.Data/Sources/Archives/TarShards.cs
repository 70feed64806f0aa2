using System.IO.Enumeration;

namespace LiftPlus.Data;

/// <summary>
/// Reads images in tar files without unpacking them, with the labels beside them as in WebDataset: <c>0001.jpg</c> with <c>0001.cls</c> or
/// <c>0001.json</c>. Where no image has such a label, its folder in the tar is its class.
/// </summary>
internal static class TarShards
{
    public static ImageListing Read(string place, IReadOnlyList<string>? classNames, DatasetReadOptions options)
    {
        var passedOver = new PassedOver();
        var endings = new FileEndings(options.Decoder);
        IReadOnlyList<string> files = Find(place, passedOver);
        var images = new List<(string File, TarMember Image, string? Label)>();
        foreach (string file in files)
            images.AddRange(
                TextFile
                    .Read(file, "tar file", path => TarSamples.Read(path, endings, passedOver))
                    .Select(sample => (file, sample.Image, sample.Label))
            );
        bool labelled = images.Any(image => image.Label is not null);
        var labels = new LabelTexts(
            files.Count == 1 ? $"The tar file '{files[0]}'" : $"The set of {files.Count} tar files from '{files[0]}'",
            "image"
        );
        string? level = null;
        string?[] texts = labelled ? [.. images.Select(image => image.Label)] : Folders(images, place, classNames, out level);
        foreach ((int i, string? text) in texts.Index())
        {
            if (text is null)
                labels.Fault(
                    i,
                    $"'{images[i].Image.Name}' has no "
                        + $"{(labelled ? ".cls or .json file with a label, as others have" : "label: no .cls or .json file, no folder")}"
                );
            else
                labels.Add(i, text);
        }

        (int[] numbers, IReadOnlyList<string> names) = labels.Resolve(classNames);
        return new ImageListing([.. images.Zip(numbers, (image, label) => new LabeledImage(Source(image.File, image.Image), label))], names)
        {
            Remarks = [.. level is null ? [] : new[] { level }, .. labels.Remarks, .. passedOver.Remarks],
        };
    }

    // A file, a folder of tar files, or a pattern (train-*.tar), in ordinal order.
    private static IReadOnlyList<string> Find(string place, PassedOver passedOver)
    {
        if (File.Exists(place))
            return [place];
        (string folder, string pattern) = Directory.Exists(place)
            ? (place, "*.tar")
            : (Path.GetDirectoryName(place) is { Length: > 0 } parent ? parent : ".", Path.GetFileName(place));
        var found = new List<string>();
        foreach (FolderEntry entry in Directory.Exists(folder) ? FolderEntry.Read(folder) : [])
        {
            if (entry is { IsFolder: false, IsIgnored: false } && FileSystemName.MatchesSimpleExpression(pattern, entry.Name))
                found.Add(entry.Path);
            else if (!entry.IsFolder && entry.Name.Contains(".tar", StringComparison.OrdinalIgnoreCase))
                passedOver.Add(entry.IsIgnored ? PassedOver.Ignored : $"tar files that are not {pattern}", entry.Path);
        }

        return found.Count > 0
            ? found
            : throw new LiftPlusException(
                $"No tar file was found at '{place}': give a file, a folder of .tar files or a pattern such as train-*.tar."
            );
    }

    private static string?[] Folders(
        List<(string File, TarMember Image, string? Label)> images,
        string place,
        IReadOnlyList<string>? classNames,
        out string? level
    )
    {
        (string Class, string Inside)?[] folders = TarFolders.Split([.. images.Select(image => image.Image.Name)]);
        level = null;
        if (classNames is null && folders.Length > 0 && folders.All(folder => folder is not null))
        {
            (string Name, IEnumerable<string> Images)[] classes =
            [
                .. folders
                    .GroupBy(folder => folder!.Value.Class, folder => folder!.Value.Inside)
                    .Select(group => (group.Key, group.AsEnumerable())),
            ];
            FolderLevel.RefuseParts(place, [.. classes.Select(one => one.Name)], Alone);
            level = FolderLevel.Remark(place, Alone, classes);
        }

        return [.. folders.Select(folder => folder?.Class)];
    }

    private static string Alone(string folder) => $"pack the folder '{folder}' alone";

    private static ImageSource Source(string file, TarMember image) =>
        ImageSource.FromFilePart(file, image.Offset, image.Length, $"{file}/{image.Name}");
}
