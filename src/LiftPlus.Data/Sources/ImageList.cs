namespace LiftPlus.Data;

/// <summary>
/// Reads a dataset from a list of <c>relative/path label</c> lines, as ImageNet-LT, Places-LT and iNaturalist are published. What parts
/// path and label is the last tab, comma or space; paths may hold all three, names of given classes too.
/// </summary>
internal static class ImageList
{
    private static readonly char[] s_separators = [' ', '\t', ','];

    public static ImageListing Read(string listFile, string? root, IReadOnlyList<string>? classNames)
    {
        root = RootOf(listFile, root);
        string[] lines = TextFile.ReadLines(listFile, "image list");
        var labels = new LabelTexts($"The image list '{listFile}', each line of which must read 'relative/path label',", "line");
        bool byNumber = EndInNumbers(lines);
        HashSet<string>? known = byNumber || classNames is null ? null : [.. classNames.Select(LabelTexts.Key)];
        char[] separators = byNumber ? s_separators : [NameSeparator(lines)];
        var paths = new List<string>(lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0)
                continue;
            int at = known is null ? line.LastIndexOfAny(separators) : NameStart(line, known);
            string path = at < 0 ? "" : line[..at].TrimEnd().TrimEnd(',').TrimEnd();
            if (path.Length == 0)
                labels.Fault(i + 1, $"'{LabelTexts.Shorten(line)}' has no path and label");
            else if (path.Contains('\0'))
                labels.Fault(i + 1, "the path contains a zero byte, so this is not a text file");
            else
                labels.Add(i + 1, line[(at + 1)..].Trim());
            paths.Add(Path.Combine(root, path));
        }

        (int[] numbers, IReadOnlyList<string> names) = labels.Resolve(classNames);
        return new ImageListing([.. paths.Zip(numbers, (path, label) => new LabeledImage(path, label))], names);
    }

    /// <summary>Returns the folder that a list's paths are relative to: the given one, or the list's own.</summary>
    public static string RootOf(string listFile, string? root)
    {
        root ??= Path.GetDirectoryName(Path.GetFullPath(listFile))!;
        return Directory.Exists(root)
            ? root
            : throw new LiftPlusException($"The folder '{root}', which the paths of '{listFile}' start from, does not exist.");
    }

    private static bool EndInNumbers(string[] lines)
    {
        int written = lines.Count(line => !string.IsNullOrWhiteSpace(line));
        return lines.Count(line =>
                LabelTexts.TryNumber(line.TrimEnd() is string text ? text[(text.LastIndexOfAny(s_separators) + 1)..] : "", out _)
            ) * 2
            >= written;
    }

    // A name may contain spaces if every line has a tab or comma before it.
    private static char NameSeparator(string[] lines) =>
        Array.Find(['\t', ','], separator => lines.All(line => string.IsNullOrWhiteSpace(line) || line.Contains(separator)))
            is char found
                and not '\0'
            ? found
            : ' ';

    // The longest class name at the end of the line; without one, the last field, which the message then names.
    private static int NameStart(string line, HashSet<string> known)
    {
        for (int at = line.IndexOfAny(s_separators); at >= 0; at = line.IndexOfAny(s_separators, at + 1))
        {
            if (known.Contains(LabelTexts.Key(line[(at + 1)..].Trim())))
                return at;
        }

        return line.LastIndexOfAny(s_separators);
    }
}
