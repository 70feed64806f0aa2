namespace LiftPlus.Data;

/// <summary>Turns the paths in a list into paths on this machine: quotes, separators of Windows, and paths that leave the root.</summary>
/// <param name="root">The folder that relative paths start from.</param>
/// <param name="allowOutside">Whether relative paths may leave it.</param>
internal sealed class ListedPath(string root, bool allowOutside)
{
    private readonly string _full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>Returns the path, or what is wrong with it.</summary>
    public (string Path, string? Fault) Resolve(string text)
    {
        if (text.Contains('\0'))
            return ("", "the path contains a zero byte, so this is not a text file");
        if (text.Contains("://", StringComparison.Ordinal))
            return ("", $"'{LabelTexts.Shorten(text)}' is an address; download the images and list their files");
        if (Path.DirectorySeparatorChar == '/' && text.Contains('\\') && !File.Exists(Path.Combine(root, text)))
        {
            if (text is [_, ':', '\\', ..] || text.StartsWith(@"\\", StringComparison.Ordinal))
                return ("", $"'{LabelTexts.Shorten(text)}' is a path of a Windows machine; write it relative to '{root}'");
            text = text.Replace('\\', '/');
        }

        string path = Path.Combine(root, text);
        return
            allowOutside
            || Path.IsPathRooted(text)
            || !text.Contains("..", StringComparison.Ordinal)
            || IsInside(Path.GetFullPath(path), _full)
            ? (path, null)
            : (
                "",
                $"'{LabelTexts.Shorten(text)}' leaves the folder '{root}'; set {nameof(DatasetReadOptions)}."
                    + $"{nameof(DatasetReadOptions.AllowOutsideRoot)} to allow it"
            );
    }

    /// <summary>Returns whether a full path is a folder or lies inside it.</summary>
    public static bool IsInside(string path, string folder)
    {
        StringComparison comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return path.Equals(folder, comparison)
            || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, comparison);
    }
}
