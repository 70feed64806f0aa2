namespace LiftPlus.Experiments.PaperClaims;

/// <summary>One training: a recipe with a seed, on a world.</summary>
internal sealed record PlannedRun
{
    /// <summary>Names recipe, data, seed and backbone: what the result is kept under. Another of any of them has another key.</summary>
    public required string Key { get; init; }

    /// <summary>What people call it: the title of the first row that needs it.</summary>
    public required string Name { get; init; }

    /// <summary>The world's id.</summary>
    public required string World { get; init; }

    /// <summary>Seed of world and training.</summary>
    public required int Seed { get; init; }

    /// <summary>The recipe as JSON, without the place of the backbone.</summary>
    public required string Recipe { get; init; }

    /// <summary>Whether the model is tested with five crops too.</summary>
    public required bool Ensemble { get; init; }

    /// <summary>Whether its features are looked at, and its training curves kept.</summary>
    public required bool Diagnostic { get; init; }

    /// <summary>Names the recipe alone: the same for every seed.</summary>
    public required string RecipeKey { get; init; }

    /// <summary>About how long it takes, in passes of one image forwards and backwards.</summary>
    public required double Cost { get; init; }
}
