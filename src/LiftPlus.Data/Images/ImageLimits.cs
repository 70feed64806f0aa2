using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>
/// Limits the size of an image from an untrusted sender. Both limits are checked before memory of that size is allocated.
/// </summary>
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
}
