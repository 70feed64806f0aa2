using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>
/// Specifies how decoded images are kept, so that later epochs of a small set do not decode them again. They are kept whole, three bytes a
/// pixel, in the order they come; once the cache is full, the rest is decoded each time. With a cache every image is decoded whole,
/// even if it is not kept, so that the results do not depend on what is kept.
/// </summary>
public sealed record ImageCacheOptions
{
    /// <summary>Gets the maximum number of bytes of pixels that are kept.</summary>
    /// <value>The default value is 1 GiB: 350,000 images of 32x32, or 1,900 of 500x375.</value>
    [Range(1, double.MaxValue, ErrorMessage = "Give 1 byte or more.")]
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Gets the folder of the file that holds the pixels. The folder is created if needed; the file is deleted with the loader. Null keeps
    /// the pixels in memory. A disk helps where decoding costs more than reading: for photographs on a local disk.
    /// </summary>
    /// <value>The default value is null.</value>
    public string? Folder { get; init; }
}
