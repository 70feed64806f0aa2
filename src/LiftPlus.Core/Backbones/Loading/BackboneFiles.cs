using LiftPlus.Files;
using LiftPlus.Messages;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>Finds a backbone's weights and the descriptions beside them.</summary>
internal sealed class BackboneFiles
{
    /// <summary>The names of weight files that are recognized in a folder, in the order of preference.</summary>
    public static readonly string[] WeightNames =
    [
        "model.safetensors",
        "model.safetensors.index.json",
        "open_clip_model.safetensors",
        "open_clip_pytorch_model.safetensors",
        "pytorch_model.bin",
        "pytorch_model.bin.index.json",
        "open_clip_pytorch_model.bin",
    ];

    private static readonly string[] s_endings = [".safetensors", ".pt", ".pth", ".bin", ".ckpt", ".tar", ".onnx"];

    private readonly SortedSet<string> _descriptions = new(StringComparer.Ordinal);

    private BackboneFiles(string weights) => Weights = weights;

    /// <summary>Gets the path of the weight file.</summary>
    public string Weights { get; }

    /// <summary>Gets the folder of the weight file.</summary>
    public string Folder => Path.GetDirectoryName(Path.GetFullPath(Weights))!;

    /// <summary>Gets the paths of the descriptions that were opened.</summary>
    public IEnumerable<string> Descriptions => _descriptions;

    /// <summary>Finds the weights of a folder, or takes the file that is named.</summary>
    /// <exception cref="LiftPlusException">The path does not exist, or the folder has no weight file or no clear choice.</exception>
    public static BackboneFiles Find(string path)
    {
        if (File.Exists(path))
            return new BackboneFiles(path);
        if (!Directory.Exists(path))
            throw new LiftPlusException(
                $"{path}: the file or folder does not exist; the working folder is {WorkingFolder.Shown}. Name a folder with "
                    + "model.safetensors and config.json, or a weight file. A repository of the hub is named 'owner/name', such as "
                    + "openai/clip-vit-base-patch16, or 'owner/name@main', in UseBackbone and HuggingFaceHub.FetchAsync."
            );
        if (WeightNames.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists) is string known)
            return new BackboneFiles(known);
        string[] files = FolderReader.Files(path);
        foreach (string ending in s_endings)
        {
            string[] found = [.. files.Where(file => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase))];
            if (found.Length == 1)
                return new BackboneFiles(found[0]);
            if (found.Length > 1)
            {
                throw new LiftPlusException(
                    $"{path}: the folder contains several weight files. Found {MessageText.First(found.Select(Path.GetFileName), 20)}. "
                        + "Name one of them instead of the folder."
                );
            }
        }

        throw new LiftPlusException(
            $"{path}: the folder holds no weights. Expected one of {string.Join(", ", WeightNames)}, or a single file "
                + $"ending in {string.Join(", ", s_endings)}."
        );
    }

    /// <summary>
    /// Opens a description beside the weights, either under its plain name or with the weights' name before it; null if there is none.
    /// </summary>
    public JsonFile? Description(string name)
    {
        JsonFile? file = JsonFile.OpenIfThere(Path.Combine(Folder, $"{Path.GetFileNameWithoutExtension(Weights)}.{name}"))
            ?? JsonFile.OpenIfThere(Path.Combine(Folder, name));
        if (file is not null)
            _descriptions.Add(file.Path);
        return file;
    }
}
