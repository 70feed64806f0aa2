using System.Globalization;

namespace LiftPlus.Data;

/// <summary>The data-set layout of a list of <c>relative/path label</c> lines, as ImageNet-LT, Places-LT and iNaturalist are published.</summary>
internal static class ImageManifest
{
    private const int MostLinesNamed = 10;

    // A label without a name makes room for every label below it; one wild number must not.
    private const int LargestUnnamedLabel = 999_999;

    public static ImageDataset Read(string listFile, string? root, IReadOnlyList<string>? classNames)
    {
        if (!File.Exists(listFile))
            throw new LiftPlusException($"The image list '{listFile}' does not exist.");
        root ??= Path.GetDirectoryName(Path.GetFullPath(listFile))!;
        if (!Directory.Exists(root))
            throw new LiftPlusException($"The folder '{root}', which the paths of '{listFile}' start from, does not exist.");

        int labelCount = classNames?.Count ?? LargestUnnamedLabel + 1, largest = -1;
        var images = new List<LabeledImage>();
        var bad = new List<string>();
        int number = 0, badCount = 0;
        foreach (string text in File.ReadLines(listFile))
        {
            number++;
            if (string.IsNullOrWhiteSpace(text))
                continue;
            if (Parse(text, labelCount, classNames is not null, out string path, out int label) is string fault)
            {
                if (badCount++ < MostLinesNamed)
                    bad.Add($"line {number}: {fault}");
                continue;
            }

            images.Add(new LabeledImage(Path.Combine(root, path), label));
            largest = Math.Max(largest, label);
        }

        if (badCount > 0)
        {
            string more = badCount > bad.Count ? $"\n  and {badCount - bad.Count} more" : "";
            throw new LiftPlusException($"The image list '{listFile}' has {badCount} bad lines of {number}; each is to read 'relative/path label'.\n  {string.Join("\n  ", bad)}{more}");
        }

        if (images.Count == 0)
            throw new LiftPlusException($"The image list '{listFile}' names no picture.");
        return new ImageDataset(images, classNames ?? [.. Enumerable.Range(0, largest + 1).Select(label => label.ToString(CultureInfo.InvariantCulture))]);
    }

    public static IReadOnlyList<string> ReadClassNames(string file)
    {
        if (!File.Exists(file))
            throw new LiftPlusException($"The class name file '{file}' does not exist.");
        List<string> names = [.. File.ReadLines(file).Select(line => line.Trim())];
        while (names.Count > 0 && names[^1].Length == 0)
            names.RemoveAt(names.Count - 1);
        int blank = names.IndexOf("");
        if (blank >= 0)
            throw new LiftPlusException($"Line {blank + 1} of the class name file '{file}' is blank: each line names the class of its number, counted from 0.");
        return names.Count > 0 ? names : throw new LiftPlusException($"The class name file '{file}' is empty.");
    }

    // Null when the line is good, else what is wrong with it.
    private static string? Parse(string text, int labelCount, bool named, out string path, out int label)
    {
        string line = text.Trim();
        int end = line.Length;
        while (end > 0 && !char.IsWhiteSpace(line[end - 1]))
            end--;
        path = line[..end].TrimEnd();
        if (!int.TryParse(line.AsSpan(end), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out label))
            return $"'{Shorten(line)}' does not end in a whole number";
        if (path.Length == 0)
            return $"'{Shorten(line)}' has no path";
        if (path.Contains('\0'))
            return "the path holds a zero byte; the file is no text";
        if (label >= 0 && label < labelCount)
            return null;
        return named
            ? $"label {label} has no class name: there are {labelCount} names, for labels 0 to {labelCount - 1}"
            : $"label {label} is outside 0 to {labelCount - 1}";
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..77] + "...";
}
