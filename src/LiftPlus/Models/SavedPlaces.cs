using LiftPlus.Files;
using LiftPlus.Hub;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Models;

/// <summary>Finds what a model folder names and does not contain: its backbone and the vocabulary.</summary>
/// <param name="folder">The model folder.</param>
/// <param name="manifest">Its content.</param>
internal sealed class SavedPlaces(string folder, SavedModelManifest manifest)
{
    /// <summary>
    /// Finds the backbone. Only a name with a commit is a repository of the hub; anything else is a path, and no request is made if it no
    /// longer exists.
    /// </summary>
    /// <exception cref="LiftPlusException">It is nowhere, or on another computer.</exception>
    public BackboneSource FindBackbone(ModelLoadOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        string name = manifest.Recipe.Backbone!;
        if (HubRepository.Parse(name) is { IsPinned: true } && HuggingFaceHub.IsRepository(name))
            return options.FindBackbone(name, logger, cancellationToken);
        if (SavedPath.Find(name, manifest.BackbonePath, folder, out IReadOnlyList<string> tried) is string path)
            return new BackboneSource(path, SavedPath.Full(name) == path ? name : path);
        throw new LiftPlusException(
            $"{folder} was trained on the backbone '{name}': the file or folder does not exist. Tried {string.Join(", ", tried)}; the "
                + $"working folder is {WorkingFolder.Shown}. Set {nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.Backbone)} "
                + "to the backbone's folder, file or hub id."
        );
    }

    /// <summary>Returns the backbone's options with the vocabulary's folder where it is found.</summary>
    /// <exception cref="LiftPlusException">The folder is on another computer.</exception>
    public BackboneLoadOptions BackboneOptions()
    {
        BackboneLoadOptions options = manifest.Recipe.BackboneOptions;
        return options.VocabularyFolder is string name
            ? options with
            {
                VocabularyFolder = SavedPath.Find(name, manifest.VocabularyPath, folder, out _) ?? name,
            }
            : options;
    }
}
