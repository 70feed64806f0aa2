namespace LiftPlus.Samples.BatchPredict;

/// <summary>Finds what a folder holds.</summary>
internal static class Archive
{
    private static readonly string[] s_endings = [".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp"];

    /// <summary>Returns the tar files of a folder; if it has none, the images in it and its subfolders.</summary>
    public static IEnumerable<string> Find(string folder)
    {
        if (!Directory.Exists(folder))
            throw new LiftPlusException($"The folder '{Path.GetFullPath(folder)}' does not exist.");
        string[] tars = Directory.GetFiles(folder, "*.tar");
        IEnumerable<string> files =
            tars.Length > 0 ? tars : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(HasImageEnding);
        return files.Order(StringComparer.Ordinal);
    }

    private static bool HasImageEnding(string file) => s_endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
}
