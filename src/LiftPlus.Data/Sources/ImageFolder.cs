using LiftPlus.Messages;
using LiftPlus.Texts;

namespace LiftPlus.Data;

/// <summary>Reads a dataset from a folder that holds one folder for each class.</summary>
internal sealed class ImageFolder
{
    private const string Loose = "images beside the class folders",
        Nowhere = "links that lead nowhere";

    private readonly string _root;
    private readonly FileEndings _endings;
    private readonly PassedOver _passedOver = new();
    private readonly FolderWalk _walk;

    private ImageFolder(string root, DatasetReadOptions options)
    {
        _root = root;
        _endings = new FileEndings(options.Decoder);
        _walk = new FolderWalk(root, options.AllowOutsideRoot, _passedOver);
    }

    public static ImageListing Read(string root, IReadOnlyList<string>? classNames, DatasetReadOptions options)
    {
        if (!Directory.Exists(root))
            throw new LiftPlusException(
                $"The image folder '{root}' {(File.Exists(root) ? "is a file" : "does not exist")}: "
                    + "give the folder that holds one folder of images for each class."
            );
        return new ImageFolder(root, options).Read(classNames);
    }

    /// <summary>Returns the names of a folder's folders in ordinal order, without hidden ones and those of systems and tools.</summary>
    public static string[] ClassNames(string root) =>
        [.. FolderEntry.Read(root).Where(entry => entry is { IsFolder: true, IsIgnored: false }).Select(entry => entry.Name)];

    private ImageListing Read(IReadOnlyList<string>? classNames)
    {
        FolderEntry[] folders = ClassFolders();
        IReadOnlyList<string> names = classNames ?? [.. folders.Select(folder => folder.Name)];
        Dictionary<string, int> labels = ClassName.Labels(names, classNames is null ? $"'{_root}'" : "the given classes");
        if (folders.Any(folder => !labels.ContainsKey(ClassName.Key(folder.Name))) || classNames is null)
            FolderLevel.RefuseParts(_root, [.. folders.Select(folder => folder.Name)], Alone);
        ClassName.Labels([.. folders.Select(folder => folder.Name)], $"'{_root}'");
        var images = new List<LabeledImage>();
        var classes = new List<(string, IEnumerable<string>)>();
        foreach ((FolderEntry folder, string[] files) in folders.Zip(_walk.Files(folders)))
        {
            if (!labels.TryGetValue(ClassName.Key(folder.Name), out int label))
                throw Unknown(folder, names);
            string[] read = Images(folder, files);
            images.AddRange(read.Select(file => new LabeledImage(file, label)));
            classes.Add((folder.Name, read.Select(file => file[(folder.Path.Length + 1)..])));
        }

        string? level = classNames is null ? FolderLevel.Remark(_root, Alone, classes) : null;
        return new ImageListing(images, names) { Remarks = level is null ? _passedOver.Remarks : [level, .. _passedOver.Remarks] };
    }

    private string Alone(string folder) => $"read '{_root}/{folder}'";

    private FolderEntry[] ClassFolders()
    {
        var folders = new List<FolderEntry>();
        int loose = 0;
        foreach (FolderEntry entry in FolderEntry.Read(_root))
        {
            if (entry.IsIgnored)
                _passedOver.Add(PassedOver.Ignored, entry.Path);
            else if (_walk.LeavesRoot(entry))
                throw new LiftPlusException(
                    $"'{entry.Path}' is a link to '{new FileInfo(entry.Path).LinkTarget}', which is outside '{_root}'. Remove the link, or "
                        + $"set {nameof(DatasetReadOptions)}.{nameof(DatasetReadOptions.AllowOutsideRoot)} to follow it."
                );
            else if (entry.IsFolder)
                folders.Add(entry);
            else if (entry.IsLink && !Path.Exists(entry.Path))
                _passedOver.Add(Nowhere, entry.Path);
            else if (_endings.Contains(entry.Name))
            {
                loose++;
                _passedOver.Add(Loose, entry.Path);
            }
        }

        if (folders.Count > 0)
            return [.. folders];
        string found = loose > 0 ? $"{loose} images but no folder in it" : "nothing to read in it";
        throw new LiftPlusException(
            $"The image folder '{_root}' has no class: {found}. Put the images of each class into a separate folder. "
                + string.Join(' ', _passedOver.Remarks)
        );
    }

    private string[] Images(FolderEntry folder, string[] files)
    {
        ILookup<bool, string> byEnding = files.ToLookup(_endings.Contains);
        foreach (string other in byEnding[false])
            _passedOver.Add(PassedOver.Endings, other);
        if (byEnding.Contains(true))
            return [.. byEnding[true]];
        string found =
            files.Length > 0 ? $", but {PassedOver.CountEndings(files)}"
            : folder.IsLink ? ", since it is a link to a folder that is read where it lies"
            : "";
        throw new LiftPlusException(
            $"The class folder '{folder.Path}' has no image ({_endings}){found}: fill it or remove it. "
                + string.Join(' ', _passedOver.Remarks)
        );
    }

    private static LiftPlusException Unknown(FolderEntry folder, IReadOnlyList<string> names) =>
        new(
            $"The folder '{folder.Path}' is not among the {names.Count} given classes ({MessageText.First(names, 5)})"
                + $"{names.Select(name => ClassName.Difference(name, folder.Name)).FirstOrDefault(found => found.Length > 0)}: "
                + "rename it, or read the folder without class names."
        );
}
