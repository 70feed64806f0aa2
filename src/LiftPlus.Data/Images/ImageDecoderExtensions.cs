using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Reads and decodes images.</summary>
public static class ImageDecoderExtensions
{
    /// <summary>Reads and decodes an image, or a part of it.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="source">A file, bytes or pixels.</param>
    /// <exception cref="ImageDecodeException">The image is missing, or cannot be read.</exception>
    public static RgbImage Decode(this IImageDecoder decoder, ImageSource source)
    {
        if (!source.IsEncoded)
            return source.Load();
        using EncodedBytes bytes = source.Read();
        return decoder.Decode(bytes.Span, source.Name);
    }

    /// <summary>Reads an image and decodes a part of it.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="source">A file, bytes or pixels.</param>
    /// <param name="choosePart">Returns the part to keep of an image of the given size; called once.</param>
    /// <param name="outputSize">The short side that the part is resized to later; null if it keeps its size.</param>
    /// <exception cref="ImageDecodeException">The image is missing, or cannot be read.</exception>
    public static RgbImage Decode(
        this IImageDecoder decoder,
        ImageSource source,
        Func<ImageSize, PixelBox> choosePart,
        int? outputSize = null
    )
    {
        if (!source.IsEncoded)
        {
            using RgbImage whole = source.Load();
            return whole.Crop(choosePart(new ImageSize(whole.Width, whole.Height)));
        }

        using EncodedBytes bytes = source.Read();
        return decoder.Decode(bytes.Span, source.Name, choosePart, outputSize);
    }

    /// <summary>Reads a stream to its end and decodes it.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="stream">The bytes of an image file; left open.</param>
    /// <param name="name">The name that messages use for the image.</param>
    /// <exception cref="ImageDecodeException">The image cannot be read.</exception>
    public static RgbImage DecodeStream(this IImageDecoder decoder, Stream stream, string name)
    {
        using EncodedBytes bytes = EncodedBytes.Read(stream, name);
        return decoder.Decode(bytes.Span, name);
    }
}
