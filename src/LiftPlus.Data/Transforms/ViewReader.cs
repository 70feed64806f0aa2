namespace LiftPlus.Data;

/// <summary>Reads and decodes an image and makes its views. Thread-safe.</summary>
internal sealed class ViewReader(TransformPipeline transform, IImageDecoder decoder)
{
    /// <summary>
    /// Returns the views, which the caller disposes. A file that cannot be read is tried once more, because network folders fail now and
    /// then; one whose bytes are damaged is not.
    /// </summary>
    /// <param name="source">The image.</param>
    /// <param name="createContext">Creates the context for the transforms, anew for the second try.</param>
    /// <param name="limits">How large the image may be; null for the decoder's own limit.</param>
    /// <exception cref="ImageDecodeException">The image is missing, too large, or cannot be read.</exception>
    public RgbImage[] Read(ImageSource source, Func<TransformContext> createContext, ImageLimits? limits)
    {
        try
        {
            return ReadOnce(source, createContext(), limits);
        }
        catch (Exception e) when (e is ImageDecodeException { IsLasting: false } or IOException && source.MayRecover)
        {
            return ReadOnce(source, createContext(), limits);
        }
    }

    private RgbImage[] ReadOnce(ImageSource source, TransformContext context, ImageLimits? limits)
    {
        if (!source.IsEncoded)
            return transform.Apply(source.Load(), context);
        using EncodedBytes bytes = source.Read(limits?.MaxEncodedBytes ?? EncodedBytes.DefaultLimit);
        if (limits is not null)
            CheckSize(source.Name, bytes.Span, limits);
        return transform.Decode(bytes.Span, source.Name, decoder, context);
    }

    private void CheckSize(string name, ReadOnlySpan<byte> encoded, ImageLimits limits)
    {
        ImageSize size = decoder.Measure(encoded, name);
        ImageDecodeException.ThrowIfTooLarge(name, size, EncodedHeader.Read(encoded, size), limits.MaxPixels);
    }
}
