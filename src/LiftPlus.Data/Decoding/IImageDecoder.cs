using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Decodes an image file to 8-bit RGB as the reference does (Pillow's <c>convert("RGB")</c>): repeats grey, converts palettes and CMYK,
/// drops transparency, takes the first frame of an animation, and ignores the file's rotation mark and color profile. Thread-safe.
/// </summary>
/// <remarks>
/// Two differences from Pillow: 16-bit grey is scaled to 8 bits like 16-bit color, where Pillow clips it at 255 and leaves it almost white;
/// transparent pixels of a GIF are black, where Pillow shows the palette's color behind them.
/// </remarks>
public interface IImageDecoder
{
    /// <summary>
    /// Gets the endings of the names of files that the decoder reads, each with its dot. Datasets read files with these endings from
    /// folders and tar files; upper and lower case are equal.
    /// </summary>
    /// <value>By default the endings of JPEG, PNG, WebP, BMP and GIF files.</value>
    IReadOnlyCollection<string> FileExtensions => FileEndings.Usual;

    /// <summary>Decodes a whole image.</summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="name">The name that messages use for the image.</param>
    /// <exception cref="ImageDecodeException">
    /// The format is unknown, the bytes are damaged or cut off, or the image is too large.
    /// </exception>
    RgbImage Decode(ReadOnlySpan<byte> encoded, string name);

    /// <summary>
    /// Decodes a part of an image. By default the whole image is decoded and cropped; override to skip the rest, or to decode a smaller
    /// image.
    /// </summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="name">The name that messages use for the image.</param>
    /// <param name="choosePart">Returns the part to keep of an image of the given size; called once.</param>
    /// <param name="outputSize">The short side that the part is resized to later; null if it keeps its size.</param>
    /// <exception cref="ImageDecodeException">
    /// As for a whole image. Damage outside the part may go unnoticed; a file that is cut off does not.
    /// </exception>
    RgbImage Decode(ReadOnlySpan<byte> encoded, string name, Func<ImageSize, PixelBox> choosePart, int? outputSize)
    {
        using RgbImage whole = Decode(encoded, name);
        return whole.Crop(choosePart(new ImageSize(whole.Width, whole.Height)));
    }

    /// <summary>
    /// Gets the image's size. By default the whole image is decoded; override to read only the header. Rejects whatever decoding rejects
    /// for its header.
    /// </summary>
    /// <param name="encoded">The bytes of the file, or its first ones.</param>
    /// <param name="name">The name that messages use for the image.</param>
    /// <exception cref="ImageDecodeException">The format is unknown, the bytes are too few, or the image is too large.</exception>
    ImageSize Measure(ReadOnlySpan<byte> encoded, string name)
    {
        using RgbImage whole = Decode(encoded, name);
        return new ImageSize(whole.Width, whole.Height);
    }
}
