using LiftPlus.Samples;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Specifies how early the runs of a row come.</summary>
internal enum Rank
{
    /// <summary>Runs first, and on photographs too: the claims depend on it.</summary>
    Telling,

    /// <summary>Completes a table of the paper.</summary>
    Further,

    /// <summary>Runs only if time is left.</summary>
    Last,
}

/// <summary>Represents a row of a table.</summary>
/// <param name="Contender">The contender to train.</param>
/// <param name="Rank">How early its runs come.</param>
internal sealed record TableRow(Contender Contender, Rank Rank)
{
    /// <summary>Gets whether it is tested with five crops instead of one.</summary>
    public bool Ensemble { get; init; }

    /// <summary>Gets what the trained model becomes before the test.</summary>
    public Finish Finish { get; init; }

    /// <summary>Gets whether the page also shows the features (<see cref="FeatureDiagnostic"/>) and training curves.</summary>
    public bool Diagnosed { get; init; }

    /// <summary>Gets the title of the row.</summary>
    public string Title => Contender.Name;
}

/// <summary>Represents one of the paper's comparisons.</summary>
/// <param name="Id">The name in claims and files.</param>
/// <param name="Title">The heading.</param>
/// <param name="Rows">The rows, in the order shown.</param>
internal sealed record PaperTable(string Id, string Title, IReadOnlyList<TableRow> Rows);
