namespace LiftPlus.Data;

/// <summary>Knows the names of files and folders that systems and tools put beside images: thumbnails, indexes, recycle bins.</summary>
internal static class IgnoredNames
{
    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "@eaDir", // Synology
        "#recycle",
        "#snapshot",
        "@Recycle", // QNAP
        "@Recently-Snapshot",
        "__MACOSX", // zip files of macOS
        "Icon\r",
        "PaxHeader", // tar files unpacked by old programs
        "Thumbs.db", // Windows
        "ehthumbs.db",
        "desktop.ini",
        "$RECYCLE.BIN",
        "System Volume Information",
        "lost+found", // Linux
    };

    /// <summary>Returns whether the name of a file or folder begins with a dot or is one of the list.</summary>
    public static bool Contains(string name) => name.StartsWith('.') || s_names.Contains(name);
}
