using Parquet;
using Parquet.Schema;

namespace LiftPlus.Parts;

/// <summary>Represents a column whose rows are lists, whatever the type of their values.</summary>
internal interface IListColumn
{
    /// <summary>Gets the column in the schema.</summary>
    ListField Field { get; }

    /// <summary>Gets the number of values that are not written.</summary>
    int Count { get; }

    /// <summary>Writes the rows to a row group and begins anew.</summary>
    Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken);

    /// <summary>Drops the rows that are not written.</summary>
    void Clear();
}
