namespace LiftPlus.Data;

/// <summary>
/// Lists the files in class folders and in the folders below them. Every real folder is read once: first those that are not links, where
/// they lie, then links in ordinal order. A link to a folder that was read, or to one that holds the root, is not followed; a link that
/// leads out of the root only if the caller allows it.
/// </summary>
internal sealed class FolderWalk
{
    private readonly string _root;
    private readonly bool _allowOutside;
    private readonly PassedOver _passedOver;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _files = [];
    private readonly Queue<(string Link, string ClassFolder)> _links = new();

    /// <param name="root">The folder of the class folders.</param>
    /// <param name="allowOutside">Whether links that lead out of the root are followed.</param>
    /// <param name="passedOver">Receives what is not read.</param>
    public FolderWalk(string root, bool allowOutside, PassedOver passedOver) =>
        (_root, _allowOutside, _passedOver) = (RealPath(root), allowOutside, passedOver);

    /// <summary>Returns whether an entry is a link that must not be followed, because it leads out of the root.</summary>
    public bool LeavesRoot(FolderEntry entry) => entry.IsLink && !_allowOutside && !IsInside(RealPath(entry.Path), _root);

    /// <summary>Returns the files of each class folder, in ordinal order.</summary>
    /// <param name="classFolders">The class folders; they may be links.</param>
    /// <exception cref="LiftPlusException">A folder cannot be read.</exception>
    public IReadOnlyList<string[]> Files(IReadOnlyList<FolderEntry> classFolders)
    {
        foreach (FolderEntry folder in classFolders.OrderBy(folder => folder.IsLink))
        {
            _files[folder.Path] = [];
            Read(folder.Path, RealPath(folder.Path), folder.Path);
        }

        while (_links.TryDequeue(out (string Link, string ClassFolder) next))
        {
            string real = RealPath(next.Link);
            if (Path.EndsInDirectorySeparator(real) || IsInside(_root, real))
                _passedOver.Add("links to folders that hold the dataset's folder", next.Link);
            else
                Read(next.Link, real, next.ClassFolder);
        }

        return [.. classFolders.Select(folder => _files[folder.Path].Order(StringComparer.Ordinal).ToArray())];
    }

    private void Read(string folder, string real, string classFolder)
    {
        var open = new Stack<(string Folder, string Real)>([(folder, real)]);
        while (open.TryPop(out (string Folder, string Real) next))
        {
            if (!_seen.Add(next.Real))
                continue;
            foreach (FolderEntry entry in FolderEntry.Read(next.Folder))
            {
                if (entry.IsIgnored)
                    _passedOver.Add(PassedOver.Ignored, entry.Path);
                else if (LeavesRoot(entry))
                    _passedOver.Add(PassedOver.Outside, entry.Path);
                else if (!entry.IsFolder)
                    _files[classFolder].Add(entry.Path);
                else if (entry.IsLink)
                    _links.Enqueue((entry.Path, classFolder));
                else
                    open.Push((entry.Path, Path.Combine(next.Real, entry.Name)));
            }
        }
    }

    private static bool IsInside(string path, string folder) => ListedPath.IsInside(path, folder);

    // The path without links, also in the folders above. A link in a circle stays as it is.
    private static string RealPath(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(path) is not string parent)
            return path;
        string real = Path.Combine(RealPath(parent), Path.GetFileName(path));
        try
        {
            return new DirectoryInfo(real).ResolveLinkTarget(returnFinalTarget: true) is { } target ? RealPath(target.FullName) : real;
        }
        catch (IOException)
        {
            return real;
        }
    }
}
