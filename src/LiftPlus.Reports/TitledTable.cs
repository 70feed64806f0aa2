namespace LiftPlus.Reports;

/// <summary>A table of your own.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Columns">The heads of its columns.</param>
/// <param name="Rows">Its rows, each with a cell for each column.</param>
public sealed record TitledTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>A paragraph under the heading; null for none.</summary>
    public string? Text { get; init; }

    /// <summary>Columns of text, from the first; the others hold numbers and are set to the right.</summary>
    /// <value>The default value is 1.</value>
    public int TextColumns { get; init; } = 1;
}
