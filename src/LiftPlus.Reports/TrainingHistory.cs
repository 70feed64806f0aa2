using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftPlus.Reports;

/// <summary>How a training run went. Give <see cref="Record"/> the progress while it runs, or read the file of <c>AddMetricsFile</c>.</summary>
public sealed class TrainingHistory
{
    private const long LargestFile = 256L << 20;

    private readonly List<TrainingPoint> _points = [];
    private readonly Lock _lock = new();

    /// <summary>Creates a history without a moment.</summary>
    public TrainingHistory() { }

    /// <summary>Creates a history of moments that were kept.</summary>
    /// <param name="points">The moments, in order.</param>
    public TrainingHistory(IEnumerable<TrainingPoint> points) => _points.AddRange(points);

    /// <summary>The moments recorded so far, in order.</summary>
    public ImmutableArray<TrainingPoint> Points
    {
        get
        {
            lock (_lock)
                return [.. _points];
        }
    }

    /// <summary>Keeps a report of a step or of a finished validation; others are passed over.</summary>
    public void Record(TrainingProgress progress)
    {
        if (progress.Validation is null && progress.Phase != TrainingPhase.Training)
            return;
        var point = new TrainingPoint { Step = progress.Step, Epoch = progress.Epoch };
        point = progress.Validation is { Metrics: var metrics }
            ? point with
            {
                IsValidation = true,
                Overall = metrics.Overall,
                Many = metrics.Many,
                Medium = metrics.Medium,
                Few = metrics.Few,
            }
            : point with
            {
                Loss = Finite(progress.Loss),
                LearningRate = progress.LearningRate,
                Overall = 100 * progress.Accuracy,
                Many = 100 * progress.Many,
                Medium = 100 * progress.Medium,
                Few = 100 * progress.Few,
            };
        lock (_lock)
            _points.Add(point);
    }

    /// <summary>A progress that records and passes on.</summary>
    /// <param name="next">Receives every event; null for none.</param>
    public IProgress<TrainingProgress> Recorder(IProgress<TrainingProgress>? next = null) => new Relay(this, next);

    /// <summary>Reads the lines of <c>AddMetricsFile</c>. A last line that is cut short, as a killed run may leave it, is passed over.</summary>
    /// <param name="file">The file, at most 256 MB.</param>
    /// <exception cref="LiftPlusException">The file is missing, too large or holds something else; the message names the line.</exception>
    public static TrainingHistory FromMetricsFile(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
            throw new LiftPlusException($"{file} is missing; it is the file given to AddMetricsFile. Check the path.");
        if (info.Length > LargestFile)
            throw new LiftPlusException($"{file} has {info.Length} bytes, above the limit of {LargestFile}; this is no metrics file.");
        var history = new TrainingHistory();
        string[] lines = File.ReadAllLines(file);
        for (int i = 0; i < lines.Length; i++)
        {
            try
            {
                history._points.Add(Read(JsonNode.Parse(lines[i])!.AsObject()));
            }
            catch (Exception e)
                when (e
                        is JsonException
                            or InvalidOperationException
                            or FormatException
                            or OverflowException
                            or NullReferenceException
                            or ArgumentException
                )
            {
                if (i < lines.Length - 1)
                    throw new LiftPlusException($"{file}, line {i + 1}: no line of a metrics file ({e.Message})", e);
            }
        }

        return history;
    }

    private static TrainingPoint Read(JsonObject line)
    {
        bool validation = (string?)line["phase"] == "validation";
        double? Percent(string name) => (double?)line[name];
        return new TrainingPoint
        {
            Step = (long?)line["step"] ?? throw new FormatException("there is no step"),
            Epoch = (int?)line["epoch"] ?? throw new FormatException("there is no epoch"),
            IsValidation = validation,
            Loss = validation ? null : Percent("loss"),
            LearningRate = validation ? null : Percent("learningRate"),
            Overall = validation ? Percent("overall") : 100 * Percent("accuracy"),
            Many = Percent("many"),
            Medium = Percent("medium"),
            Few = Percent("few"),
        };
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private sealed class Relay(TrainingHistory history, IProgress<TrainingProgress>? next) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            history.Record(value);
            next?.Report(value);
        }
    }
}
