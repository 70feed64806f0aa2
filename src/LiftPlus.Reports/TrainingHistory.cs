using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Files;

namespace LiftPlus.Reports;

/// <summary>
/// Represents the history of a training run. Pass the progress to <see cref="Record"/> during training, or read the file of
/// <c>AddMetricsFile</c>.
/// </summary>
public sealed class TrainingHistory
{
    private const long MaxFileLength = 256L << 20;
    private const int MaxLineLength = 10_000;

    private readonly List<TrainingPoint> _points = [];
    private readonly Lock _lock = new();

    /// <summary>Creates an empty history.</summary>
    public TrainingHistory() { }

    /// <summary>Creates a history of existing points.</summary>
    /// <param name="points">The points, in order.</param>
    public TrainingHistory(IEnumerable<TrainingPoint> points) => _points.AddRange(points);

    /// <summary>Gets the points recorded so far, in order.</summary>
    public ImmutableArray<TrainingPoint> Points
    {
        get
        {
            lock (_lock)
                return [.. _points];
        }
    }

    /// <summary>Records the progress of a training step or of a finished validation, and ignores other progress.</summary>
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
                Overall = progress.Accuracy,
                Many = progress.Many,
                Medium = progress.Medium,
                Few = progress.Few,
            };
        lock (_lock)
            _points.Add(point);
    }

    /// <summary>Creates a progress receiver that records all progress and passes it on.</summary>
    /// <param name="next">The receiver to pass all progress to; null for none.</param>
    public IProgress<TrainingProgress> Recorder(IProgress<TrainingProgress>? next = null) => new Relay(this, next);

    /// <summary>Reads a file of <c>AddMetricsFile</c>. An incomplete last line, as a killed run may leave it, is ignored.</summary>
    /// <param name="file">The file, at most 256 MB.</param>
    /// <exception cref="LiftPlusException">The file is missing, too large or not a metrics file; the message names the line.</exception>
    public static TrainingHistory FromMetricsFile(string file)
    {
        var history = new TrainingHistory();
        string[] lines = ReadLines(file);
        for (int i = 0; i < lines.Length; i++)
        {
            try
            {
                history._points.Add(Read(JsonNode.Parse(JsonText.Bytes(lines[i]))!.AsObject()));
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
                    throw new LiftPlusException($"{file}, line {i + 1}: not a line of a metrics file ({e.Message})", e);
            }
        }

        return history;
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            if (!File.Exists(file))
                throw new LiftPlusException($"{file} does not exist. Give the file that was passed to AddMetricsFile.");
            string[] lines = Encoding.UTF8.GetString(RegularFile.ReadBytes(file, MaxFileLength)).TrimEnd('\r', '\n').Split('\n');
            int wide = Array.FindIndex(lines, line => line.Length > MaxLineLength);
            if (wide >= 0)
                throw new LiftPlusException(
                    $"{file}, line {wide + 1}: not a line of a metrics file (it has {lines[wide].Length:N0} characters)"
                );
            return lines;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException($"{file} cannot be read: {e.Message}", e);
        }
    }

    private static TrainingPoint Read(JsonObject line)
    {
        bool validation = (string?)line["phase"] == "validation";
        double? Percent(string name) => (double?)line[name];
        return new TrainingPoint
        {
            Step = (long?)line["step"] ?? throw new FormatException("step is missing"),
            Epoch = (int?)line["epoch"] ?? throw new FormatException("epoch is missing"),
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
