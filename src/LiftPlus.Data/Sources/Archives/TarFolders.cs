namespace LiftPlus.Data;

/// <summary>
/// Takes classes from the folders in tar files, as for a folder of class folders: the folders below the one that all share.
/// </summary>
internal static class TarFolders
{
    /// <summary>Returns the class of each file, and its path inside the class's folder; null for a file without a class folder.</summary>
    public static (string Class, string Inside)?[] Split(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
            return [];
        string shared = Folder(names[0]);
        foreach (string name in names)
        {
            int common = shared.AsSpan().CommonPrefixLength(Folder(name));
            shared = shared[..(shared.AsSpan(0, common).LastIndexOf('/') + 1)];
        }

        if (names.All(name => Folder(name) == shared) && shared.Length > 0) // one class
            shared = shared[..(shared.AsSpan().TrimEnd('/').LastIndexOf('/') + 1)];
        return
        [
            .. names.Select(name =>
                name.IndexOf('/', shared.Length) is int end and > 0
                    ? (name[shared.Length..end], name[(end + 1)..])
                    : ((string, string)?)null
            ),
        ];
    }

    // With '/' at the end; empty if there is none.
    private static string Folder(string name) => name[..(name.LastIndexOf('/') + 1)];
}
