using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace LiftPlus;

/// <summary>Specifies how a classifier is served to many callers, whatever computes it.</summary>
[UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The converter of TimeSpan, which the ranges need, is kept.")]
public abstract record ClassifierServingOptions
{
    private protected ClassifierServingOptions() { }

    /// <summary>Gets or sets the decoder of images, which should be the one that the model was trained with.</summary>
    /// <value>The default is null: the <see cref="IImageDecoder"/> among the services, or <see cref="SkiaImageDecoder"/>.</value>
    [JsonIgnore]
    public IImageDecoder? Decoder { get; set; }

    /// <summary>Gets or sets the maximum number of images that go through the model together.</summary>
    /// <value>The default value is 32.</value>
    [Range(1, 1024)]
    public int MaxBatchSize { get; set; } = 32;

    /// <summary>
    /// Gets or sets how long a batch that is not full waits for images that are being decoded. A lone image is classified at once.
    /// </summary>
    /// <value>The default value is 5 ms.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan MaxBatchDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Gets or sets the maximum number of images that are being decoded, waiting or classified; more are rejected or wait. An image from a
    /// stream counts when all its bytes have arrived, so slow senders take no place. Each takes the memory of its pixels as numbers (0.6 MB
    /// at 224 pixels).
    /// </summary>
    /// <value>The default value is 256.</value>
    [Range(1, 100_000)]
    public int QueueCapacity { get; set; } = 256;

    /// <summary>
    /// Gets or sets the maximum memory in bytes of the images that are being read from streams or wait for decoding; more are rejected or
    /// wait. An image takes the memory of the bytes that have arrived, in steps of a power of two. One image at a time may exceed it.
    /// </summary>
    /// <value>
    /// The default value is 256 MiB: 8 images of 20 MiB, 4,000 images of 60 KB, or 65,536 senders that have sent next to nothing.
    /// </value>
    [Range(4096, 1L << 40)]
    public long MaxBufferedBytes { get; set; } = 256 << 20;

    /// <summary>
    /// Gets or sets how long the bytes of an image may take to arrive from a stream. A slower image fails with an
    /// <see cref="ImageDecodeException"/> that contains a <see cref="TimeoutException"/>.
    /// </summary>
    /// <value>The default value is 30 seconds, enough for 20 MiB at 6 Mbit/s.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets what happens to an image when there is no room in the queue or in the memory for streams.</summary>
    /// <value>The default value is <see cref="QueueFullMode.Reject"/>.</value>
    public QueueFullMode FullMode { get; set; }

    /// <summary>Gets or sets the largest image that is accepted. The options of a call cannot exceed it.</summary>
    /// <value>The default is 20 MiB and 50 million pixels.</value>
    public ImageLimits Limits { get; set; } = new() { MaxEncodedBytes = 20 << 20, MaxPixels = 50_000_000 };

    /// <summary>
    /// Gets or sets how often the model's folder is checked for a new model; null to load one by
    /// <see cref="IServedImageClassifier.ReloadAsync"/> only.
    /// </summary>
    /// <value>The default value is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan? PollInterval { get; set; } = TimeSpan.FromSeconds(5);
}
