using System.Collections.Immutable;
using Parquet;
using Parquet.Schema;

namespace LiftPlus.Parts;

/// <summary>
/// Writes predictions as Parquet. The same predictions give the same bytes: the size of row groups depends on the content only, and nothing
/// in the file says when or where it was written.
/// </summary>
internal sealed class PartWriter
{
    private const int MostRows = 4096,
        MostValues = 1 << 22; // of the lists of a row group, so that memory is bounded for thousands of classes
    private static readonly ParquetOptions s_options = new() { CompressionMethod = CompressionMethod.Snappy };

    private readonly DataField _key = new("key", typeof(string), isNullable: false);
    private readonly DataField _error = new("error", typeof(string), isNullable: true);
    private readonly ListColumn<int> _labels = new("labels");
    private readonly ListColumn<ReadOnlyMemory<char>> _classNames = new("class_names", typeof(string));
    private readonly ListColumn<float> _scores = new("scores");
    private readonly ListColumn<int> _set = new("set");
    private readonly DataField _unknown = new("unknown", typeof(double), isNullable: true);
    private readonly ListColumn<float>? _probabilities;
    private readonly ListColumn<float>? _features;
    private readonly List<string> _keys = [];
    private readonly List<double?> _unknowns = [];
    private readonly List<string?> _errors = [];
    private ParquetWriter _writer = null!;

    private PartWriter(PredictionOptions options)
    {
        _probabilities = options.Probabilities ? new("probabilities") : null;
        _features = options.Features == FeatureKind.None ? null : new("features");
    }

    /// <summary>Gets the number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Gets the number of rows with an error.</summary>
    public int Errors { get; private set; }

    /// <summary>Begins a file.</summary>
    public static async Task<PartWriter> CreateAsync(Stream stream, PredictionOptions options, CancellationToken cancellationToken)
    {
        PartWriter part = new(options);
        ParquetSchema schema = new([part._key, .. part.Lists().Select(list => list.Field), part._unknown, part._error]);
        part._writer = await ParquetWriter.CreateAsync(schema, stream, s_options, false, cancellationToken).ConfigureAwait(false);
        return part;
    }

    /// <summary>Adds a row.</summary>
    public async Task AddAsync(string key, Prediction prediction, CancellationToken cancellationToken)
    {
        _keys.Add(key);
        _errors.Add(prediction.Error?.Message);
        ImmutableArray<ClassScore> top = prediction.Top;
        _labels.Add([.. top.Select(score => score.Label)]);
        _classNames.Add([.. top.Select(score => score.ClassName.AsMemory())]);
        _scores.Add([.. top.Select(score => score.Probability)]);
        if (prediction.Set is ImmutableArray<ClassScore> set)
            _set.Add([.. set.Select(score => score.Label)]);
        else
            _set.AddNull();
        _unknowns.Add(prediction.Unknown?.Value);
        _probabilities?.Add(prediction.Probabilities.AsSpan());
        _features?.Add(prediction.Features.AsSpan());
        Rows++;
        Errors += prediction.Error is null ? 0 : 1;
        if (_keys.Count == MostRows || Math.Max(_probabilities?.Count ?? 0, _features?.Count ?? 0) > MostValues)
            await WriteGroupAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the file. The stream stays open.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_keys.Count > 0)
            await WriteGroupAsync(cancellationToken).ConfigureAwait(false);
        await _writer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteGroupAsync(CancellationToken cancellationToken)
    {
        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        await group.WriteAsync(_key, _keys, null).ConfigureAwait(false);
        foreach ((_, Func<ParquetRowGroupWriter, CancellationToken, Task> write) in Lists())
            await write(group, cancellationToken).ConfigureAwait(false);
        await group.WriteAsync<double>(_unknown, _unknowns.ToArray(), null, null, cancellationToken).ConfigureAwait(false);
        await group.WriteAsync(_error, _errors!, null).ConfigureAwait(false);
        group.CompleteValidate();
        _keys.Clear();
        _unknowns.Clear();
        _errors.Clear();
    }

    // In the order of the schema. Readers go by the names, so that a later version can add columns.
    private IEnumerable<(Field Field, Func<ParquetRowGroupWriter, CancellationToken, Task> Write)> Lists()
    {
        yield return (_labels.Field, _labels.WriteAsync);
        yield return (_classNames.Field, _classNames.WriteAsync);
        yield return (_scores.Field, _scores.WriteAsync);
        yield return (_set.Field, _set.WriteAsync);
        if (_probabilities is not null)
            yield return (_probabilities.Field, _probabilities.WriteAsync);
        if (_features is not null)
            yield return (_features.Field, _features.WriteAsync);
    }
}
