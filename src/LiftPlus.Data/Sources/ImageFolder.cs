using LiftPlus.Messages;

namespace LiftPlus.Data;

/// <summary>Reads a dataset from a folder that holds one folder for each class.</summary>
internal static class ImageFolder
{
    private static readonly HashSet<string> s_extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg",
        ".jpeg",
        ".png",
        ".webp",
        ".bmp",
        ".gif",
    };

    private static readonly EnumerationOptions s_flat = new() { IgnoreInaccessible = false };

    public static ImageListing Read(string root, IReadOnlyList<string>? classNames)
    {
        if (!Directory.Exists(root))
            throw new LiftPlusException(
                $"The image folder '{root}' does not exist: give the folder that holds one folder of images for each class."
            );
        string[] folders = ClassFolders(root);
        if (folders.Length == 0)
        {
            int loose = Directory.EnumerateFiles(root, "*", s_flat).Count(IsImage);
            string found = loose > 0 ? $"{loose} images but no folder in it" : "nothing to read in it";
            throw new LiftPlusException(
                $"The image folder '{root}' has no class: {found}. Put the images of each class into a separate folder."
            );
        }

        IReadOnlyList<string> names = classNames ?? [.. folders.Select(folder => Path.GetFileName(folder))];
        Dictionary<string, int> labels = LabelTexts.LabelsByName(names);
        var images = new List<LabeledImage>();
        foreach ((string folder, string[] all) in folders.Zip(FolderWalk.Files(root, folders)))
        {
            string name = Path.GetFileName(folder);
            if (!labels.TryGetValue(LabelTexts.Key(name), out int label))
                throw new LiftPlusException(
                    $"The folder '{folder}' is not among the {names.Count} given classes ({MessageText.First(names, 5)}): rename it, "
                        + "or read the folder without class names."
                );
            string[] files = Array.FindAll(all, IsImage);
            if (files.Length == 0)
                throw new LiftPlusException(
                    $"The class folder '{folder}' has no image ({string.Join(' ', s_extensions)}): fill it or remove it."
                );
            images.AddRange(files.Select(file => new LabeledImage(file, label)));
        }

        return new ImageListing(images, names);
    }

    /// <summary>Returns a folder's folders in ordinal order, without hidden ones.</summary>
    public static string[] ClassFolders(string root) =>
        [.. Directory.EnumerateDirectories(root, "*", s_flat).Order(StringComparer.Ordinal)];

    /// <summary>Returns whether a name has the extension of an image.</summary>
    public static bool IsImage(string name) => s_extensions.Contains(Path.GetExtension(name));
}
