namespace LiftPlus.Reports;

/// <summary>Represents a table with its heading.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Columns">The column titles.</param>
/// <param name="Rows">The rows, with one cell per column.</param>
public sealed record TitledTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Gets the paragraph under the heading; null to leave it out.</summary>
    public string? Text { get; init; }

    /// <summary>Gets the number of leading columns that contain text. The other columns contain numbers and are right-aligned.</summary>
    /// <value>The default value is 1.</value>
    public int TextColumns { get; init; } = 1;
}
