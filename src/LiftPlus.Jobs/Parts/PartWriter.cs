using System.Collections.Immutable;
using Parquet;
using Parquet.Schema;

namespace LiftPlus.Parts;

/// <summary>
/// Writes predictions as Parquet, one file after another with the same buffers. The same predictions give the same bytes: the size of row
/// groups depends on the content only, and nothing in a file says when or where it was written.
/// </summary>
internal sealed class PartWriter
{
    private const int MostRows = 4096,
        MostValues = 1 << 20; // of the lists of a row group, so that memory is bounded for thousands of classes
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
    private readonly ImmutableArray<IListColumn> _lists; // in the order of the schema
    private readonly ParquetSchema _schema;
    private ParquetWriter _writer = null!;

    public PartWriter(PredictionOptions options)
    {
        _probabilities = options.Probabilities ? new("probabilities") : null;
        _features = options.Features == FeatureKind.None ? null : new("features");
        _lists = [.. new IListColumn?[] { _labels, _classNames, _scores, _set, _probabilities, _features }.OfType<IListColumn>()];
        // Readers go by the names, so that a later version can add columns.
        _schema = new([_key, .. _lists.Select(list => list.Field), _unknown, _error]);
    }

    /// <summary>Gets the number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Gets the number of rows with an error.</summary>
    public int Errors { get; private set; }

    /// <summary>Begins a file. The rows of one that was not completed are dropped.</summary>
    public async Task BeginAsync(Stream stream, CancellationToken cancellationToken)
    {
        Clear();
        (Rows, Errors) = (0, 0);
        _writer = await ParquetWriter.CreateAsync(_schema, stream, s_options, false, cancellationToken).ConfigureAwait(false);
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
        foreach (IListColumn list in _lists)
            await list.WriteAsync(group, cancellationToken).ConfigureAwait(false);
        await group.WriteAsync<double>(_unknown, _unknowns.ToArray(), null, null, cancellationToken).ConfigureAwait(false);
        await group.WriteAsync(_error, _errors!, null).ConfigureAwait(false);
        group.CompleteValidate();
        Clear();
    }

    private void Clear()
    {
        _keys.Clear();
        _unknowns.Clear();
        _errors.Clear();
        foreach (IListColumn list in _lists)
            list.Clear();
    }
}
