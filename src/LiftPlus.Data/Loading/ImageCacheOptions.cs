using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// How decoded images are kept, so that later epochs of a small set need not decode them again. They are kept whole, three bytes a pixel, in
/// the order they come; once there is no more room the rest is decoded each time. With a cache an image is always decoded whole, also where
/// it is not kept, so that the numbers do not depend on what is.
/// </summary>
public sealed record ImageCacheOptions
{
    /// <summary>Most bytes of pixels that are kept.</summary>
    /// <value>1 GiB: 350,000 images of 32x32, or 1,900 of 500x375.</value>
    [Range(1, double.MaxValue, ErrorMessage = "Give 1 byte or more.")]
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>
    /// The folder of the file that holds the pixels, made if need be; the file goes with the loader. Null keeps them in memory. A disk pays where
    /// decoding costs more than reading: for photographs on a local disk.
    /// </summary>
    /// <value>Null.</value>
    public string? Folder { get; init; }
}

/// <summary>What a cache of decoded images holds.</summary>
/// <param name="Images">Images kept.</param>
/// <param name="Bytes">Their bytes of pixels.</param>
/// <param name="Fault">
/// Null, or why the cache stopped taking images: the disk is full or gone. Loading goes on without it; only its speed is lost.
/// </param>
public sealed record ImageCacheState(int Images, long Bytes, string? Fault);
