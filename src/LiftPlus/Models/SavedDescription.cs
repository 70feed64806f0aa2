namespace LiftPlus.Models;

/// <summary>Represents what a file says about a trained model: <c>recipe.json</c> of a model folder, or a checkpoint of a run.</summary>
/// <param name="Owner">How messages refer to the model: the path of its folder or of the checkpoint.</param>
/// <param name="File">The path of the file.</param>
/// <param name="Manifest">Its content.</param>
internal sealed record SavedDescription(string Owner, string File, SavedModelManifest Manifest)
{
    /// <summary>Describes a model folder.</summary>
    public static SavedDescription OfFolder(string folder, SavedModelManifest manifest) =>
        new(folder, Path.Combine(folder, RecipeFile.Name), manifest);
}
