using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Turns the bytes of an image file into 8-bit RGB as the reference reads images (Pillow's <c>convert("RGB")</c>): grey is repeated, palettes
/// and CMYK become RGB, transparency is dropped, an animation gives its first frame, and neither the file's rotation mark nor its colour
/// profile is applied. Called from several threads at once.
/// </summary>
/// <remarks>
/// Two differences from Pillow: 16-bit grey is scaled to 8 bits like 16-bit colour, where Pillow cuts it off at 255 and leaves it almost white;
/// transparent pixels of a GIF are black, where Pillow shows the palette's colour behind them.
/// </remarks>
public interface IImageDecoder
{
    /// <summary>Decodes a whole image.</summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="name">What messages call the image by.</param>
    /// <exception cref="ImageDecodeException">The bytes are no image of a known format, are damaged or cut off, or the image is too large.</exception>
    RgbImage Decode(ReadOnlySpan<byte> encoded, string name);

    /// <summary>
    /// Decodes the part that a crop chooses. Unless a decoder knows how to pass over the rest, the whole is decoded and the part cut out.
    /// </summary>
    /// <param name="encoded">The bytes of the file.</param>
    /// <param name="name">What messages call the image by.</param>
    /// <param name="crop">Chooses the part from the image's width and height; asked once.</param>
    /// <param name="context">Random numbers and progress for the choice.</param>
    /// <exception cref="ImageDecodeException">As for a whole image; damage outside the part may go unseen, a file cut off does not.</exception>
    RgbImage Decode(ReadOnlySpan<byte> encoded, string name, CropTransform crop, TransformContext context)
    {
        using RgbImage whole = Decode(encoded, name);
        return whole.Crop(crop.ChooseBox(whole.Width, whole.Height, context));
    }

    /// <summary>
    /// The image's size, from its header alone where a decoder knows how; else the whole is decoded. What decoding refuses for its header is
    /// refused here too.
    /// </summary>
    /// <param name="encoded">The bytes of the file, or its first ones.</param>
    /// <param name="name">What messages call the image by.</param>
    /// <exception cref="ImageDecodeException">The bytes are no image of a known format, too few to tell, or the image is too large.</exception>
    ImageSize Measure(ReadOnlySpan<byte> encoded, string name)
    {
        using RgbImage whole = Decode(encoded, name);
        return new ImageSize(whole.Width, whole.Height);
    }
}

/// <summary>An image's size in pixels.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct ImageSize(int Width, int Height);

/// <summary>Decoding of files.</summary>
public static class ImageDecoderExtensions
{
    /// <summary>Reads and decodes a file.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ImageDecodeException">The file is missing or is no readable image.</exception>
    public static RgbImage DecodeFile(this IImageDecoder decoder, string path)
    {
        using PooledFile file = PooledFile.Read(path);
        return decoder.Decode(file.Bytes, path);
    }

    /// <summary>Reads and decodes an image of a dataset, wherever it lies.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="image">A file, a part of one, or an image in memory.</param>
    /// <exception cref="ImageDecodeException">The file is missing or is no readable image.</exception>
    public static RgbImage DecodeImage(this IImageDecoder decoder, LabeledImage image)
    {
        if (image.Load is not null)
            return image.Load();
        using PooledFile file = PooledFile.Read(image);
        return decoder.Decode(file.Bytes, image.Path);
    }

    /// <summary>Reads a file and decodes the part that a crop chooses.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="path">The file.</param>
    /// <param name="crop">Chooses the part.</param>
    /// <param name="context">Random numbers and progress for the choice.</param>
    /// <exception cref="ImageDecodeException">The file is missing or is no readable image.</exception>
    public static RgbImage DecodeFile(this IImageDecoder decoder, string path, CropTransform crop, TransformContext context)
    {
        using PooledFile file = PooledFile.Read(path);
        return decoder.Decode(file.Bytes, path, crop, context);
    }

    /// <summary>Reads a stream to its end and decodes it.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="stream">The bytes of an image file; left open.</param>
    /// <param name="name">What messages call the image by.</param>
    /// <exception cref="ImageDecodeException">The bytes are no readable image.</exception>
    public static RgbImage DecodeStream(this IImageDecoder decoder, Stream stream, string name)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return decoder.Decode(copy.GetBuffer().AsSpan(0, (int)copy.Length), name);
    }
}
