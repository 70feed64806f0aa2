using LiftPlus.Metrics;
using static System.FormattableString;

namespace LiftPlus;

/// <summary>Reports the state of a run. Accuracies are in percent, 0 to 100.</summary>
public sealed record TrainingProgress
{
    /// <summary>Gets what the run is doing.</summary>
    public required TrainingPhase Phase { get; init; }

    /// <summary>Gets the epoch, 1-based; 0 before the first.</summary>
    public int Epoch { get; init; }

    /// <summary>Gets the number of epochs.</summary>
    public int Epochs { get; init; }

    /// <summary>
    /// Gets how much of the phase is done: images while checking, bytes while downloading, batches or class texts while preparing, steps of
    /// all epochs while training, and batches while validating.
    /// </summary>
    public long Done { get; init; }

    /// <summary>Gets how much there is to do in the phase, in the unit of <see cref="Done"/>.</summary>
    public long Total { get; init; }

    /// <summary>Gets the number of optimizer steps taken so far, over all epochs; while training it equals <see cref="Done"/>.</summary>
    public long Step { get; init; }

    /// <summary>Gets the training loss per image, an exponential average (0.9) over steps.</summary>
    public double Loss { get; init; }

    /// <summary>Gets the training accuracy in percent, averaged like the loss.</summary>
    public double Accuracy { get; init; }

    /// <summary>
    /// Gets the training accuracy in this epoch on the classes with more than 100 training images, in percent; null before their first
    /// image.
    /// </summary>
    public double? Many { get; init; }

    /// <summary>Gets the same for the classes with 20 to 100 training images.</summary>
    public double? Medium { get; init; }

    /// <summary>Gets the same for the classes with fewer than 20 training images.</summary>
    public double? Few { get; init; }

    /// <summary>Gets the memory of the process in bytes, as the system reports it, without memory on a GPU.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Gets the step's gradient norm before clipping; null without clipping.</summary>
    public double? GradientNorm { get; init; }

    /// <summary>Gets the step's learning rate, without the factors of parameter groups.</summary>
    public double LearningRate { get; init; }

    /// <summary>Gets the number of images per second of this phase so far.</summary>
    public double ImagesPerSecond { get; init; }

    /// <summary>Gets the time since the run began; for a resumed run, without the time between its parts.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Gets the expected time to the end of training, at the rate so far.</summary>
    public TimeSpan Remaining { get; init; }

    /// <summary>Gets the part of the training time, 0 to 1, that the training thread waited for data.</summary>
    public double DataWait { get; init; }

    /// <summary>Gets the evaluation of the epoch that just ended; only in the last report of a validation.</summary>
    public EvaluationReport? Validation { get; init; }

    /// <summary>Returns one line of at most 100 characters for a console or a log.</summary>
    public override string ToString()
    {
        if (Validation?.Metrics is ClassificationMetrics result)
        {
            string few = result.Few is double accuracy ? Invariant($", few-shot {accuracy:F1} %") : "";
            return Invariant($"Validation {Epoch}/{Epochs}: overall {result.Overall:F1} %, mean {result.MeanClass:F1} %{few}");
        }

        string done = Invariant($"{Phase}: {(Total > 0 ? 100.0 * Done / Total : 0):F0} %");
        return Phase == TrainingPhase.Training
            ? done
                + Invariant($", epoch {Epoch}/{Epochs}, loss {Math.Min(Loss, 9999):G4}, accuracy {Accuracy:F1} %")
                + Invariant($", {Rate} images/s, {(Done < Total ? $"{Time(Remaining)} left" : $"in {Time(Elapsed)}")}")
            : Invariant($"{done}, {Done / UnitSize:N0} of {Total / UnitSize:N0} {Unit}, {Time(Elapsed)}");
    }

    private double UnitSize => Phase == TrainingPhase.Downloading ? 1e6 : 1;

    private string Unit =>
        Phase switch
        {
            TrainingPhase.Checking => "images",
            TrainingPhase.Downloading => "MB",
            TrainingPhase.Preparing => "steps",
            _ => "batches",
        };

    private string Rate =>
        ImagesPerSecond < 100 ? Invariant($"{ImagesPerSecond:F1}") : Invariant($"{Math.Min(ImagesPerSecond, 999_999):F0}");

    private static string Time(TimeSpan time) =>
        time.TotalHours >= 1
            ? Invariant($"{Math.Min((long)time.TotalHours, 99_999)}:{time.Minutes:00}:{time.Seconds:00}")
            : Invariant($"{time.Minutes}:{time.Seconds:00}");
}
