using LiftPlus.Models;

namespace LiftPlus.Runs;

/// <summary>Represents where a run took its backbone from, so that a model can be made of its checkpoints.</summary>
/// <param name="Name">The path or repository in the recipe; null if the backbone was made in code.</param>
/// <param name="Path">The path; null if the backbone was made in code or is a repository of the hub.</param>
/// <param name="Vocabulary">The folder of the vocabulary, if the recipe names one.</param>
internal sealed record RunBackbone(string? Name, SavedPath? Path, SavedPath? Vocabulary)
{
    /// <summary>Gets the place of a model's backbone.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">The folder of the checkpoints.</param>
    public static RunBackbone Of(FineTunedModel model, string folder) =>
        new(model.Recipe.Backbone, SavedPath.From(model.BackbonePath, folder), SavedPath.From(model.VocabularyPath, folder));
}
