namespace LiftPlus.Data;

/// <summary>One draw of a sampler.</summary>
/// <param name="Index">The image's place in its dataset.</param>
/// <param name="Occurrence">How often it has come in the epoch before.</param>
internal readonly record struct OrderedPlace(int Index, int Occurrence);

/// <summary>Makes one image's numbers: read, decode, transform, normalise. Called from several threads at once.</summary>
internal sealed class ImageReader(
    ImageDataset dataset,
    TransformPipeline transform,
    PixelNormalizer normalizer,
    IImageDecoder decoder,
    long seed,
    ImageCache? cache = null
)
{
    /// <summary>Numbers of one view.</summary>
    private readonly int _viewLength = 3 * transform.InputSize * transform.InputSize;

    /// <summary>Numbers of one image, all views.</summary>
    public int Length => _viewLength * transform.Views;

    /// <summary>Writes the image at <paramref name="place"/>. A file that cannot be read is tried once more: network folders fail now and then.</summary>
    public void Write(OrderedPlace place, int epoch, double progress, Span<float> to)
    {
        LabeledImage image = dataset[place.Index];
        try
        {
            try
            {
                WriteOnce(image, place, epoch, progress, to);
            }
            catch (Exception e) when (e is ImageDecodeException or IOException)
            {
                WriteOnce(image, place, epoch, progress, to);
            }
        }
        catch (Exception e) when (e is not ImageDecodeException)
        {
            string cause = e is LiftPlusException ? e.Message : $"{e.GetType().Name}: {e.Message}";
            throw new LiftPlusException(
                $"The image '{image.Path}' (number {place.Index} of the dataset) could not be prepared. {cause}",
                e
            );
        }
    }

    private void WriteOnce(LabeledImage image, OrderedPlace place, int epoch, double progress, Span<float> to)
    {
        var context = new TransformContext(new StreamRandom(seed, epoch, place.Index, place.Occurrence), progress);
        RgbImage[] views =
            cache is null || image.Load is not null
                ? transform.Read(image, decoder, context)
                : transform.Apply(cache.Read(place.Index, image, decoder), context);
        for (int v = 0; v < views.Length; v++)
        {
            using RgbImage view = views[v];
            normalizer.Write(view, to.Slice(v * _viewLength, _viewLength));
        }
    }
}
