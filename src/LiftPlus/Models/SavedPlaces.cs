using LiftPlus.Files;
using LiftPlus.Hub;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Models;

/// <summary>Finds the backbone and the vocabulary of a saved model.</summary>
internal sealed class SavedPlaces(SavedDescription saved)
{
    private readonly SavedModelManifest _manifest = saved.Manifest;

    /// <summary>
    /// Finds the backbone, in the model folder if it is included. Elsewhere only a name with a commit is a repository of the hub; anything
    /// else is a path, and no request is made if it no longer exists.
    /// </summary>
    /// <exception cref="LiftPlusException">It is nowhere, or on another computer.</exception>
    public BackboneSource FindBackbone(ModelLoadOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        string name = _manifest.Recipe.Backbone ?? "";
        if (Locate(out IReadOnlyList<string> tried) is string path)
            return new BackboneSource(path, SavedPath.Full(name) == path ? name : path);
        if (IsRepository(name))
            return options.FindBackbone(name, logger, cancellationToken);
        throw new LiftPlusException(
            $"{saved.Owner} was trained on the backbone '{name}': the file or folder does not exist. Tried {string.Join(", ", tried)}; the "
                + $"working folder is {WorkingFolder.Shown}. Set {nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.Backbone)} "
                + "to the backbone's folder, file or hub id."
        );
    }

    /// <summary>
    /// Gets the path of the backbone, or where it was if it is no longer there; null if it is a repository of the hub or was made in code.
    /// </summary>
    /// <exception cref="LiftPlusException">It is on another computer.</exception>
    public string? Backbone => Locate(out IReadOnlyList<string> tried) ?? (tried is [string first, ..] ? first : null);

    /// <summary>Returns the backbone's options with the vocabulary's folder where it is found.</summary>
    /// <exception cref="LiftPlusException">The folder is on another computer.</exception>
    public BackboneLoadOptions BackboneOptions()
    {
        BackboneLoadOptions options = _manifest.Recipe.BackboneOptions;
        return options.VocabularyFolder is string name
            ? options with
            {
                VocabularyFolder = SavedPath.Find(name, _manifest.VocabularyPath, saved.File, out _) ?? name,
            }
            : options;
    }

    private string? Locate(out IReadOnlyList<string> tried)
    {
        tried = [];
        if (_manifest.IncludedBackbone is string included)
            return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(saved.File)!, included));
        return _manifest.Recipe.Backbone is string name && !IsRepository(name)
            ? SavedPath.Find(name, _manifest.BackbonePath, saved.File, out tried)
            : null;
    }

    private static bool IsRepository(string name) => HubRepository.Parse(name) is { IsPinned: true } && HuggingFaceHub.IsRepository(name);
}
