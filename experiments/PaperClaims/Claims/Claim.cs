namespace LiftPlus.Experiments.PaperClaims;

/// <summary>What the paper expects of a difference.</summary>
internal enum Expectation
{
    /// <summary>The first row is higher.</summary>
    Higher,

    /// <summary>The first row is not lower by more than a margin (<see cref="Verdicts.Margin"/>).</summary>
    NotLower,
}

/// <summary>Two rows and what the paper expects of them.</summary>
/// <param name="First">"table/row".</param>
/// <param name="Second">"table/row".</param>
/// <param name="Measure">What is compared.</param>
/// <param name="Expectation">What the paper expects of first minus second.</param>
internal sealed record RowComparison(string First, string Second, Measure Measure, Expectation Expectation);

/// <summary>A claim of the paper.</summary>
/// <param name="Title">In short.</param>
/// <param name="Paper">What the paper says.</param>
/// <param name="Comparisons">What would show it here.</param>
internal sealed record Claim(string Title, string Paper, IReadOnlyList<RowComparison> Comparisons);
