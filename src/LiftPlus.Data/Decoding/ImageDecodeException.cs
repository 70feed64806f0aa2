using LiftPlus.Data;

namespace LiftPlus;

/// <summary>The exception that is thrown when an image cannot be read. It says which image, what was found, and what to do.</summary>
public sealed class ImageDecodeException : LiftPlusException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="name">The image.</param>
    /// <param name="found">What is wrong with it and what to do, as a sentence.</param>
    /// <param name="inner">The underlying exception, if any.</param>
    public ImageDecodeException(string name, string found, Exception? inner = null)
        : base($"The image '{name}' cannot be read: {found}", inner!)
    {
        Name = name;
        Found = found;
    }

    /// <summary>Gets the image: its path, or its name if it is in memory.</summary>
    public string Name { get; }

    /// <summary>Gets what is wrong with the image and what to do, as a sentence.</summary>
    public string Found { get; }

    /// <summary>
    /// Gets whether the image has more encoded bytes than <see cref="ImageLimits.MaxEncodedBytes"/> allows. A web API answers 413 then.
    /// </summary>
    public bool IsTooLarge { get; internal init; }

    /// <summary>Gets whether the bytes themselves are at fault, so that reading the file again would not help.</summary>
    internal bool IsLasting { get; init; }

    /// <summary>
    /// Creates the exception for bytes of an unknown format. The message names what they seem to be, but does not show them: the file may
    /// be another than was meant.
    /// </summary>
    /// <param name="name">The image.</param>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="formats">The formats that the decoder reads, such as "JPEG or PNG".</param>
    /// <param name="inner">The underlying exception, if any.</param>
    public static ImageDecodeException ForUnknownFormat(string name, ReadOnlySpan<byte> encoded, string formats, Exception? inner = null) =>
        new(name, $"{Describe(encoded)} Give a {formats} file, or leave it out.", inner) { IsLasting = true };

    /// <summary>Creates the exception for an image with more pixels than a decoder accepts.</summary>
    /// <param name="name">The image.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="maxPixels">The decoder's limit.</param>
    public static ImageDecodeException ForSize(string name, int width, int height, long maxPixels) =>
        new(
            name,
            $"its header says {width}x{height} pixels, the limit is {maxPixels:N0}. Scale the image down, or raise the decoder's limit."
        )
        {
            IsLasting = true,
        };

    /// <summary>Throws if an image takes more memory than the limit's pixels do.</summary>
    /// <param name="name">The image.</param>
    /// <param name="size">Its size.</param>
    /// <param name="header">What its header says of the memory.</param>
    /// <param name="maxPixels">The limit.</param>
    internal static void ThrowIfTooLarge(string name, ImageSize size, EncodedHeader header, long maxPixels)
    {
        if ((long)size.Width * size.Height > maxPixels)
            throw ForSize(name, size.Width, size.Height, maxPixels);
        if (header.CountPixels(size) is long counted && counted > maxPixels)
            throw new ImageDecodeException(
                name,
                $"its header says {size.Width}x{size.Height} pixels, interlaced, progressive or lossless, which take as much memory as "
                    + $"{counted:N0} ordinary ones; the limit is {maxPixels:N0}. Save it in another way, scale it down, or raise the "
                    + "decoder's limit."
            )
            {
                IsLasting = true,
            };
    }

    /// <summary>Throws if a file has fewer bytes than its pixels take in the best case.</summary>
    /// <param name="name">The image.</param>
    /// <param name="size">Its size.</param>
    /// <param name="header">What its header says of the bytes.</param>
    /// <param name="bytes">The length of the file.</param>
    internal static void ThrowIfTooShort(string name, ImageSize size, EncodedHeader header, long bytes)
    {
        if (bytes < header.LeastBytes)
            throw ForDamage(
                name,
                $"the file of {bytes:N0} bytes ends before its {size.Width}x{size.Height} pixels do, which take at least "
                    + $"{header.LeastBytes:N0} bytes"
            );
    }

    /// <summary>Creates the exception for an image whose data are damaged or end too early.</summary>
    /// <param name="name">The image.</param>
    /// <param name="found">What is wrong, such as "the file ends before its pixels do".</param>
    /// <param name="inner">The underlying exception, if any.</param>
    public static ImageDecodeException ForDamage(string name, string found, Exception? inner = null) =>
        new(name, $"{found}. Restore it, or leave it out.", inner) { IsLasting = true };

    private static string Describe(ReadOnlySpan<byte> encoded) =>
        encoded.IsEmpty
            ? "it has no bytes."
            : $"its first bytes are not those of a known format{ForeignFormat.Describe(encoded)}, or its header is damaged "
                + $"({encoded.Length:N0} bytes).";
}
