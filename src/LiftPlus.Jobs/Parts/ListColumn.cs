using System.Buffers;
using Parquet;
using Parquet.Schema;

namespace LiftPlus.Parts;

/// <summary>Represents a column whose rows are lists, which may be empty or missing. Its memory is that of the largest row group.</summary>
/// <typeparam name="T">The type of the values in memory.</typeparam>
internal sealed class ListColumn<T> : IListColumn
    where T : struct
{
    private const int NoList = 0, // definition levels
        EmptyList = 1;

    private readonly DataField _element;
    private readonly ArrayBufferWriter<T> _values = new();
    private readonly ArrayBufferWriter<int> _definitions = new();
    private readonly ArrayBufferWriter<int> _repetitions = new();

    /// <param name="name">The name of the column.</param>
    /// <param name="type">The type of the values in the file; null for that in memory.</param>
    public ListColumn(string name, Type? type = null)
    {
        _element = new DataField("element", type ?? typeof(T), isNullable: false);
        Field = new ListField(name, _element);
    }

    public ListField Field { get; }

    public int Count => _values.WrittenCount;

    /// <summary>Adds a row.</summary>
    public void Add(ReadOnlySpan<T> row)
    {
        _values.Write(row);
        int entries = Math.Max(row.Length, 1);
        Fill(_definitions, entries, row.IsEmpty ? EmptyList : _element.MaxDefinitionLevel);
        Fill(_repetitions, 1, 0);
        Fill(_repetitions, entries - 1, 1);
    }

    /// <summary>Adds a row without a list.</summary>
    public void AddNull()
    {
        Fill(_definitions, 1, NoList);
        Fill(_repetitions, 1, 0);
    }

    public async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellationToken)
    {
        await group
            .WriteAllPartsAsync<T>(
                _element,
                _values.WrittenMemory,
                _definitions.WrittenMemory,
                _repetitions.WrittenMemory,
                cancellationToken
            )
            .ConfigureAwait(false);
        Clear();
    }

    public void Clear()
    {
        _values.ResetWrittenCount();
        _definitions.ResetWrittenCount();
        _repetitions.ResetWrittenCount();
    }

    private static void Fill(ArrayBufferWriter<int> levels, int count, int level)
    {
        levels.GetSpan(count)[..count].Fill(level);
        levels.Advance(count);
    }
}
