namespace LiftPlus;

/// <summary>What a run is doing.</summary>
public enum TrainingPhase
{
    /// <summary>Looking whether every image's file can be read (<see cref="TrainingOptions.CheckImages"/>).</summary>
    Checking,

    /// <summary>Computing the head's first weights.</summary>
    Preparing,

    /// <summary>Optimiser steps.</summary>
    Training,

    /// <summary>Evaluating on the validation set.</summary>
    Validating,

    /// <summary>Fetching the backbone from the hub.</summary>
    Downloading,
}

/// <summary>A snapshot of a run, reported after every step.</summary>
public sealed record TrainingProgress
{
    /// <summary>What the run is doing.</summary>
    public required TrainingPhase Phase { get; init; }

    /// <summary>The epoch, 1-based; 0 before the first.</summary>
    public int Epoch { get; init; }

    /// <summary>Number of epochs.</summary>
    public int Epochs { get; init; }

    /// <summary>Steps done, over all epochs; while preparing or validating, batches done, or class texts; while checking, images; while downloading, bytes that are there.</summary>
    public long Step { get; init; }

    /// <summary>Steps in all; while preparing or validating, batches in all, or class texts; while checking, images; while downloading, bytes in all.</summary>
    public long Steps { get; init; }

    /// <summary>Training loss per image, an exponential average (0.9) over steps.</summary>
    public double Loss { get; init; }

    /// <summary>Training accuracy in 0..1, averaged likewise.</summary>
    public double Accuracy { get; init; }

    /// <summary>Training accuracy in this epoch on the classes with more than 100 training images, 0..1; null while there was no image of them.</summary>
    public double? Many { get; init; }

    /// <summary>The same for the classes with 20 to 100 training images.</summary>
    public double? Medium { get; init; }

    /// <summary>The same for the classes with fewer than 20 training images.</summary>
    public double? Few { get; init; }

    /// <summary>Memory of the process in bytes, as the system sees it; what lies on a GPU is not in it.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The step's gradient norm before clipping; null without clipping.</summary>
    public double? GradientNorm { get; init; }

    /// <summary>The step's learning rate, without the factors of parameter groups.</summary>
    public double LearningRate { get; init; }

    /// <summary>Images per second of this phase so far.</summary>
    public double ImagesPerSecond { get; init; }

    /// <summary>Time since the run began; of a resumed run, without the time between.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Expected time to the end of training, from the rate so far.</summary>
    public TimeSpan Remaining { get; init; }

    /// <summary>The part of the training time in 0..1 that the training thread waited for data.</summary>
    public double DataWait { get; init; }

    /// <summary>The evaluation of the epoch just ended; only in the last report of a validation.</summary>
    public EvaluationReport? Validation { get; init; }
}
