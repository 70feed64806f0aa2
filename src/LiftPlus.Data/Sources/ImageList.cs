using LiftPlus.Texts;

namespace LiftPlus.Data;

/// <summary>
/// Reads a dataset from a list of <c>relative/path label</c> lines, as ImageNet-LT, Places-LT and iNaturalist are published, or from JSON.
/// What parts path and label is the last tab, comma or space; paths may hold all three, names of given classes too.
/// </summary>
internal static class ImageList
{
    private static readonly char[] s_separators = [' ', '\t', ','];

    public static ImageListing Read(string listFile, string? root, IReadOnlyList<string>? classNames, DatasetReadOptions options)
    {
        root = RootOf(listFile, root);
        string[] lines = TextFile.ReadLines(listFile, "image list");
        return JsonList.Read(listFile, lines) is { } items
            ? FromItems(items, new ListedImages($"The image list '{listFile}'", "item", root, options), classNames)
            : FromLines(
                lines,
                new ListedImages(
                    $"The image list '{listFile}', each line of which must read 'relative/path label',",
                    "line",
                    root,
                    options
                ),
                root,
                classNames
            );
    }

    /// <summary>Returns the folder that a list's paths are relative to: the given one, or the list's own.</summary>
    public static string RootOf(string listFile, string? root)
    {
        root ??= Path.GetDirectoryName(Path.GetFullPath(listFile))!;
        return Directory.Exists(root)
            ? root
            : throw new LiftPlusException($"The folder '{root}', which the paths of '{listFile}' start from, does not exist.");
    }

    private static ImageListing FromItems(IReadOnlyList<JsonItem> items, ListedImages images, IReadOnlyList<string>? classNames)
    {
        foreach ((int i, JsonItem item) in items.Index())
        {
            if (item.Fault is string fault)
                images.Fault(i + 1, fault);
            else
                images.Add(i + 1, item.Path, item.Label);
        }

        return images.Resolve(classNames);
    }

    private static ImageListing FromLines(string[] lines, ListedImages images, string root, IReadOnlyList<string>? classNames)
    {
        bool byNumber = EndInNumbers(lines);
        HashSet<string>? known = byNumber || classNames is null ? null : [.. classNames.Select(ClassName.Key)];
        int longest = known is null ? 0 : classNames!.Max(name => name?.Length ?? 0);
        char[] separators = byNumber ? s_separators : [NameSeparator(lines)];
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0)
                continue;
            int at = known is null ? LabelStart(line, separators) : NameStart(line, known, longest);
            string path = at < 0 ? "" : line[..at].TrimEnd().TrimEnd(',').TrimEnd(),
                label = Quoted.Strip(line[(at + 1)..].Trim());
            if (QuotedPath(line) is (string, string) quoted && !File.Exists(Path.Combine(root, path)))
                (path, label) = quoted;
            if (path.Length == 0)
                images.Fault(i + 1, $"'{LabelTexts.Shorten(line)}' has no path and label");
            else
                images.Add(i + 1, path, label);
        }

        return images.Resolve(classNames);
    }

    // "my images/a.png" 0
    private static (string Path, string Label)? QuotedPath(string line)
    {
        int at = 0;
        return line[0] is '"' or '\'' && Quoted.Read(ref line, ref at) is string path && at < line.Length && s_separators.Contains(line[at])
            ? (path, Quoted.Strip(line[at..].TrimStart(s_separators)))
            : null;
    }

    private static bool EndInNumbers(string[] lines)
    {
        int written = lines.Count(line => !string.IsNullOrWhiteSpace(line));
        return lines.Count(line =>
                LabelTexts.TryNumber(
                    line.TrimEnd() is string text ? Quoted.Strip(text[(text.LastIndexOfAny(s_separators) + 1)..]) : "",
                    out _
                )
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

    // What parts path and label: the last separator, or the one before a label in quotes.
    private static int LabelStart(string line, char[] separators) =>
        line.Length > 1
        && line[^1] == '"'
        && line.LastIndexOf('"', line.Length - 2) is int open and > 0
        && s_separators.Contains(line[open - 1])
            ? open - 1
            : line.LastIndexOfAny(separators);

    // The longest class name at the end of the line; without one, the last field, which the message then names.
    private static int NameStart(string line, HashSet<string> known, int longest)
    {
        int first = Math.Max(0, line.Length - 2 * longest - 4); // quotes and more spaces than in the name included
        for (int at = line.IndexOfAny(s_separators, first); at >= 0; at = line.IndexOfAny(s_separators, at + 1))
        {
            if (known.Contains(ClassName.Key(Quoted.Strip(line[(at + 1)..].Trim()))))
                return at;
        }

        return LabelStart(line, s_separators);
    }
}
