using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;

namespace LiftPlus;

/// <summary>
/// Limits the size of an image from an untrusted sender, and the time that it takes. Sizes are checked before memory of that size is
/// allocated.
/// </summary>
[UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The converter of TimeSpan, which the range needs, is kept.")]
public sealed record ImageLimits
{
    /// <summary>Gets the maximum number of encoded bytes.</summary>
    /// <value>The default value is 64 MiB.</value>
    [Range(1, 1L << 30)]
    public long MaxEncodedBytes { get; init; } = 64 << 20;

    /// <summary>
    /// Gets the maximum width · height in the image's header; the decoder's own limit applies as well. Each pixel takes four bytes. Images
    /// that take more memory, such as interlaced PNG, progressive JPEG and lossless WebP, count as more pixels.
    /// </summary>
    /// <value>The default value is 100 million.</value>
    [Range(1, 500_000_000L)]
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>
    /// Gets the time that reading, decoding and preparing an image may take; the image has an error afterwards. The thread that still works
    /// on it cannot be stopped and ends with the image or the process.
    /// </summary>
    /// <value>The default value is null: there is no limit.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan? TimeLimit { get; init; }
}
