namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Represents one training run: a recipe with a seed, on a world.</summary>
internal sealed record PlannedRun
{
    /// <summary>Gets the key of the result. It changes with the recipe, the data, the seed and the backbone.</summary>
    public required string Key { get; init; }

    /// <summary>Gets the display name: the title of the first row that needs the run.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the id of the world.</summary>
    public required string World { get; init; }

    /// <summary>Gets the seed of the world and of training.</summary>
    public required int Seed { get; init; }

    /// <summary>Gets the recipe as JSON, without the path of the backbone.</summary>
    public required string Recipe { get; init; }

    /// <summary>Gets what the trained model becomes before the test.</summary>
    public Finish Finish { get; init; }

    /// <summary>Gets whether the model is also tested with five crops.</summary>
    public required bool Ensemble { get; init; }

    /// <summary>Gets whether features are measured and training curves recorded.</summary>
    public required bool Diagnostic { get; init; }

    /// <summary>Gets the key of the recipe on its world, which is the same for every seed.</summary>
    public required string RecipeKey { get; init; }

    /// <summary>Gets the estimated cost, in forward and backward passes of one image.</summary>
    public required double Cost { get; init; }
}
