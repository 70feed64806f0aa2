namespace LiftPlus.Sweeps;

/// <summary>Represents a recipe that a sweep trains.</summary>
/// <param name="Name">The name of the candidate.</param>
/// <param name="Recipe">The recipe.</param>
/// <param name="CreateBackbone">What creates its backbone; null if the recipe names it.</param>
internal sealed record SweepEntry(string Name, FineTuningRecipe Recipe, Func<Backbone>? CreateBackbone)
{
    /// <summary>The name of the fine-tuner's own recipe.</summary>
    public const string Default = "default";
}
