namespace LiftPlus.Data;

/// <summary>
/// Lists the files in class folders and in the folders below them. Every real folder is read once: first those that are not links, where
/// they lie, then links in ordinal order. A link to a folder that was read, or to one that holds the root, is not followed.
/// </summary>
internal sealed class FolderWalk
{
    // Hidden entries are skipped by default.
    private static readonly EnumerationOptions s_flat = new() { IgnoreInaccessible = false };

    private readonly string _root;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _files = [];
    private readonly Queue<(string Link, string ClassFolder)> _links = new();

    private FolderWalk(string root) => _root = RealPath(root);

    /// <summary>Returns the files of each class folder, in ordinal order.</summary>
    /// <param name="root">The folder of the class folders.</param>
    /// <param name="classFolders">The class folders; they may be links.</param>
    public static IReadOnlyList<string[]> Files(string root, IReadOnlyList<string> classFolders)
    {
        var walk = new FolderWalk(root);
        foreach (string folder in classFolders)
        {
            walk._files[folder] = [];
            walk.Read(folder, RealPath(folder), folder);
        }

        while (walk._links.TryDequeue(out (string Link, string ClassFolder) next))
        {
            string real = RealPath(next.Link);
            if (!Path.EndsInDirectorySeparator(real) && !IsInside(walk._root, real))
                walk.Read(next.Link, real, next.ClassFolder);
        }

        return [.. classFolders.Select(folder => walk._files[folder].Order(StringComparer.Ordinal).ToArray())];
    }

    private void Read(string folder, string real, string classFolder)
    {
        var open = new Stack<(string Folder, string Real)>([(folder, real)]);
        while (open.TryPop(out (string Folder, string Real) next))
        {
            if (!_seen.Add(next.Real))
                continue;
            _files[classFolder].AddRange(Directory.EnumerateFiles(next.Folder, "*", s_flat));
            foreach (string inner in Directory.EnumerateDirectories(next.Folder, "*", s_flat).Order(StringComparer.Ordinal))
            {
                if (new DirectoryInfo(inner).LinkTarget is null)
                    open.Push((inner, Path.Combine(next.Real, Path.GetFileName(inner))));
                else
                    _links.Enqueue((inner, classFolder));
            }
        }
    }

    private static bool IsInside(string path, string folder) =>
        path == folder || path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // The path without links, also in the folders above.
    private static string RealPath(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(path) is not string parent)
            return path;
        string real = Path.Combine(RealPath(parent), Path.GetFileName(path));
        return new DirectoryInfo(real).ResolveLinkTarget(returnFinalTarget: true) is { } target ? RealPath(target.FullName) : real;
    }
}
