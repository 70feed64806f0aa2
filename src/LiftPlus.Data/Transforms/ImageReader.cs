namespace LiftPlus.Data;

/// <summary>Turns an image into a model's numbers: reads, decodes, transforms and normalizes it. Thread-safe.</summary>
internal sealed class ImageReader(TransformPipeline transform, PixelNormalizer normalizer, IImageDecoder decoder)
{
    private readonly ViewReader _views = new(transform, decoder);
    private readonly int _viewLength = 3 * transform.InputSize * transform.InputSize;

    /// <summary>Gets the number of views of one image.</summary>
    public int Views => transform.Views;

    /// <summary>Gets the number of values of one image, all views.</summary>
    public int Length => _viewLength * transform.Views;

    /// <summary>Gets the shape of one image's values: (3, S, S), or (V, 3, S, S) with several views.</summary>
    public long[] Shape =>
        transform.Views == 1
            ? [3, transform.InputSize, transform.InputSize]
            : [transform.Views, 3, transform.InputSize, transform.InputSize];

    /// <summary>Writes an image's values.</summary>
    /// <param name="source">The image.</param>
    /// <param name="createContext">Creates the context for the transforms, anew for the second try.</param>
    /// <param name="to">Where the <see cref="Length"/> values go.</param>
    /// <param name="limits">How large the image may be; null for the decoder's own limit.</param>
    /// <exception cref="ImageDecodeException">The image is missing, too large, or cannot be read.</exception>
    public void Write(ImageSource source, Func<TransformContext> createContext, Span<float> to, ImageLimits? limits = null)
    {
        RgbImage[] views = _views.Read(source, createContext, limits);
        for (int v = 0; v < views.Length; v++)
        {
            using RgbImage view = views[v];
            normalizer.Write(view, to.Slice(v * _viewLength, _viewLength));
        }
    }
}
