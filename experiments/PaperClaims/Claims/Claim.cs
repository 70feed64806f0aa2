namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Specifies what the paper expects of a difference.</summary>
internal enum Expectation
{
    /// <summary>The first row is higher.</summary>
    Higher,

    /// <summary>The first row is not lower by more than a margin (<see cref="Verdicts.Margin"/>).</summary>
    NotLower,
}

/// <summary>Represents two rows and what the paper expects of them.</summary>
/// <param name="First">The first row, as "table/row".</param>
/// <param name="Second">The second row, as "table/row".</param>
/// <param name="Measure">The measure to compare.</param>
/// <param name="Expectation">What the paper expects of first minus second.</param>
internal sealed record RowComparison(string First, string Second, Measure Measure, Expectation Expectation);

/// <summary>Represents a claim of the paper.</summary>
/// <param name="Title">The claim in short.</param>
/// <param name="Paper">What the paper says.</param>
/// <param name="Comparisons">The comparisons that would show it here.</param>
internal sealed record Claim(string Title, string Paper, IReadOnlyList<RowComparison> Comparisons);
