using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>How a trained model is served (<c>AddImageClassifier</c>).</summary>
public sealed record ImageClassifierOptions
{
    /// <summary>The model's folder, as <see cref="FineTunedModel.Save"/> writes it.</summary>
    [Required]
    public string Model { get; set; } = "";

    /// <summary>The backbone's folder, file or hub id; null for the place that the model was trained from.</summary>
    public string? Backbone { get; set; }

    /// <summary>Where to compute: "cpu", "cuda", "cuda:0", or "auto" (the first GPU, if there is one).</summary>
    /// <value>The default value is "auto".</value>
    [Required]
    [RegularExpression(DeviceName.Allowed, ErrorMessage = DeviceName.Choices)]
    public string Device { get; set; } = "auto";

    /// <summary>Images that go through the model together, at most.</summary>
    /// <value>The default value is 32.</value>
    [Range(1, 1024)]
    public int MaxBatchSize { get; set; } = 32;

    /// <summary>
    /// How long a batch that is not full waits for images that are being decoded. An image that is alone waits for nobody.
    /// </summary>
    /// <value>The default value is 5 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan MaxBatchDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Images that are read, decoded, waiting or in the model at once, at most; more are refused or wait. Each takes its encoded bytes, then its numbers
    /// (0.6 MB at 224 pixels).
    /// </summary>
    /// <value>The default value is 256.</value>
    [Range(1, 100_000)]
    public int QueueCapacity { get; set; } = 256;

    /// <summary>What happens to an image when there is no room.</summary>
    /// <value>The default value is <see cref="QueueFullMode.Reject"/>.</value>
    public QueueFullMode FullMode { get; set; }

    /// <summary>How large an image may be; what a call asks for cannot exceed it.</summary>
    /// <value>The default is 20 MiB and 50 million pixels.</value>
    public ImageLimits Limits { get; set; } = new() { MaxEncodedBytes = 20 << 20, MaxPixels = 50_000_000 };

    /// <summary>How often the model's folder is looked at for a new model; null for never, so that only <see cref="IServedImageClassifier.ReloadAsync"/> loads one.</summary>
    /// <value>The default value is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan? PollInterval { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>What happens to an image when a classifier's queue is full.</summary>
public enum QueueFullMode
{
    /// <summary>It is refused with a <see cref="QueueFullException"/>.</summary>
    Reject,

    /// <summary>It waits, unread, until there is room or it is cancelled.</summary>
    Wait,
}

/// <summary>A classifier has no room for another image.</summary>
public sealed class QueueFullException : LiftPlusException
{
    internal QueueFullException(int capacity)
        : base(
            $"{capacity} images are being classified or wait already, and there is no room for another. Try again later, or raise {nameof(ImageClassifierOptions.QueueCapacity)}."
        ) { }
}
