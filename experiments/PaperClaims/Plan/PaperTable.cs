using LiftPlus.Samples;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>How early a row's runs come.</summary>
internal enum Rank
{
    /// <summary>What the claims rest on: first, and on photographs too.</summary>
    Telling,

    /// <summary>The rest of the paper's table.</summary>
    Further,

    /// <summary>Only if there is time.</summary>
    Last,
}

/// <summary>A row of a table.</summary>
/// <param name="Contender">What is trained.</param>
/// <param name="Rank">How early.</param>
internal sealed record TableRow(Contender Contender, Rank Rank)
{
    /// <summary>Tested with five crops instead of one.</summary>
    public bool Ensemble { get; init; }

    /// <summary>Whether the page also shows the model's features (<see cref="FeatureDiagnostic"/>) and how its training went.</summary>
    public bool Diagnosed { get; init; }

    /// <summary>The row's title.</summary>
    public string Title => Contender.Name;
}

/// <summary>One of the paper's comparisons.</summary>
/// <param name="Id">Its name in claims and files.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Rows">Its rows, in the order shown.</param>
internal sealed record PaperTable(string Id, string Title, IReadOnlyList<TableRow> Rows);
