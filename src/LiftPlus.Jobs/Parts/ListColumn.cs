using Parquet;
using Parquet.Schema;

namespace LiftPlus.Parts;

/// <summary>Represents a column whose rows are lists, which may be empty or missing.</summary>
/// <typeparam name="T">The type of the values in memory.</typeparam>
internal sealed class ListColumn<T>
    where T : struct
{
    private const int NoList = 0, // definition levels
        EmptyList = 1;

    private readonly DataField _element;
    private readonly List<T> _values = [];
    private readonly List<int> _definitions = [];
    private readonly List<int> _repetitions = [];

    /// <param name="name">The name of the column.</param>
    /// <param name="type">The type of the values in the file; null for that in memory.</param>
    public ListColumn(string name, Type? type = null)
    {
        _element = new DataField("element", type ?? typeof(T), isNullable: false);
        Field = new ListField(name, _element);
    }

    /// <summary>Gets the column in the schema.</summary>
    public ListField Field { get; }

    /// <summary>Gets the number of values since the last row group.</summary>
    public int Count => _values.Count;

    /// <summary>Adds a row.</summary>
    public void Add(ReadOnlySpan<T> row)
    {
        _values.AddRange(row);
        for (int i = 0; i < Math.Max(row.Length, 1); i++)
        {
            _definitions.Add(row.IsEmpty ? EmptyList : _element.MaxDefinitionLevel);
            _repetitions.Add(i == 0 ? 0 : 1);
        }
    }

    /// <summary>Adds a row without a list.</summary>
    public void AddNull()
    {
        _definitions.Add(NoList);
        _repetitions.Add(0);
    }

    /// <summary>Writes the rows to a row group and begins anew.</summary>
    public async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
    {
        await group
            .WriteAllPartsAsync<T>(_element, _values.ToArray(), _definitions.ToArray(), _repetitions.ToArray(), cancellationToken)
            .ConfigureAwait(false);
        _values.Clear();
        _definitions.Clear();
        _repetitions.Clear();
    }
}
