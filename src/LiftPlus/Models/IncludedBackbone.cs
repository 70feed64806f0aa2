using LiftPlus.Backbones.Loading;
using LiftPlus.Files;
using LiftPlus.Messages;

namespace LiftPlus.Models;

/// <summary>Writes the backbone of a model into its folder. Files are copied in parts, and tensors are written one at a time.</summary>
internal static class IncludedBackbone
{
    /// <summary>The name of the folder in the model folder.</summary>
    public const string Folder = "backbone";

    private const int ListedDifferences = 10;

    /// <summary>Returns whether the files of a model's backbone lie in a folder.</summary>
    public static bool LiesIn(FineTunedModel model, string folder) =>
        model.Backbone.Origin?.Files.Any(file => IsPath(Path.GetRelativePath(Path.GetFullPath(folder), file))) == true;

    /// <summary>Writes the backbone and compares what was written with what the model was trained on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="temporary">The folder that becomes the model folder.</param>
    /// <param name="options">Receives the options to load the files with.</param>
    /// <returns>The path of the weight file from the model folder, with '/'.</returns>
    /// <exception cref="LiftPlusException">The backbone has changed since the training, or cannot be written.</exception>
    public static string Write(FineTunedModel model, string temporary, out BackboneLoadOptions options)
    {
        string folder = Path.Combine(temporary, Folder);
        options = new BackboneLoadOptions();
        if (model.Backbone.Origin is BackboneOrigin origin)
        {
            options = origin.Options with { VocabularyFolder = null }; // it lies beside the weights
            Disk.Current.CreateFolder(folder);
            foreach (string file in origin.Files)
                Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
        else
        {
            BackboneFolder.WriteWithoutAdapters(model.Backbone, folder);
        }

        string weights = model.Backbone.Origin is null
            ? BackboneFiles.Find(folder).Weights
            : Path.Combine(folder, Path.GetFileName(model.Backbone.Origin.WeightsPath));
        Compare(model, weights, options);
        return $"{Folder}/{Path.GetFileName(weights)}";
    }

    private static void Compare(FineTunedModel model, string weights, BackboneLoadOptions options)
    {
        using BackboneReader written = BackboneReader.Open(weights, options);
        string[] differences = [.. model.BackboneIdentity.Differences(BackboneIdentity.From(written), "of the model")];
        if (differences.Length == 0)
            return;
        string problem = model.Backbone.Origin is BackboneOrigin origin
            ? $"{origin.WeightsPath} and the files beside it are not the backbone that the model was trained on"
            : "the backbone was made in code, and training changed its values or stored them in another precision";
        throw new LiftPlusException(
            $"The backbone cannot be included: {problem}. {MessageText.FirstAndRest(differences, ListedDifferences, "; ")}. Restore the "
                + $"files; or save a backbone that is made in code with {nameof(Backbone)}.{nameof(Backbone.Save)} before training, and "
                + "name its folder in UseBackbone."
        );
    }

    // A link is followed, and the copy has the rights of a new file.
    private static void Copy(string from, string to)
    {
        if (!ModelContent.IsPlain(Path.GetFileName(from)))
            throw new LiftPlusException($"{from} cannot be included: its name has a character that not every system allows. Rename it.");
        using var source = new FileStream(RegularFile.Open(from), FileAccess.Read);
        using Stream target = Disk.Current.Open(to, FileMode.CreateNew);
        source.CopyTo(target);
    }

    private static bool IsPath(string relative) => !Path.IsPathRooted(relative) && relative.Split('/', '\\')[0] != "..";
}
