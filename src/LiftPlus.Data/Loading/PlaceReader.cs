namespace LiftPlus.Data;

/// <summary>Reads the images of a dataset by their place in an epoch, from the cache if there is one. Thread-safe.</summary>
internal sealed class PlaceReader(ImageDataset dataset, ImageReader reader, IImageDecoder decoder, int seed, ImageCache? cache)
{
    /// <summary>Gets the number of values of one image, all views.</summary>
    public int Length => reader.Length;

    /// <summary>Writes the values of the image at a place. Random numbers depend only on the seed, the epoch and the place.</summary>
    public void Write(OrderedPlace place, int epoch, double progress, Span<float> to)
    {
        LabeledImage image = dataset[place.Index];
        try
        {
            reader.Write(
                Source(place.Index, image.Source),
                () => new TransformContext(new StreamRandom(seed, epoch, place.Index, place.Occurrence), progress),
                to
            );
        }
        catch (Exception e) when (e is not ImageDecodeException)
        {
            string cause = e is LiftPlusException ? e.Message : $"{e.GetType().Name}: {e.Message}";
            throw new LiftPlusException(
                $"The image '{image.Name}' (number {place.Index} of the dataset) could not be prepared. {cause}",
                e
            );
        }
    }

    private ImageSource Source(int index, ImageSource source) =>
        cache is null || !source.IsEncoded ? source : ImageSource.FromPixels(() => cache.Read(index, source, decoder), source.Name);
}
