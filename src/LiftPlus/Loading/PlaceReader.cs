namespace LiftPlus.Data;

/// <summary>Reads the images of a dataset by their place in an epoch, from the cache if there is one. Thread-safe.</summary>
internal sealed class PlaceReader(ImageDataset dataset, ImageReader reader, IImageDecoder decoder, int seed, ImageCache? cache)
{
    /// <summary>Gets the number of values of one image, all views.</summary>
    public int Length => reader.Length;

    /// <summary>Starts to read the image at a place if it is slow to open; otherwise returns null.</summary>
    public Task<ImageSource>? Start(OrderedPlace place, ReadAhead ahead) =>
        cache?.Has(place.Index) == true ? null : ahead.Start(dataset[place.Index].Source);

    /// <summary>Writes the values of the image at a place. Random numbers depend only on the seed, the epoch and the place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="started">What <see cref="Start"/> returned for the place.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="progress">The progress of training.</param>
    /// <param name="to">Where the values go.</param>
    public void Write(OrderedPlace place, Task<ImageSource>? started, int epoch, double progress, Span<float> to)
    {
        LabeledImage image = dataset[place.Index];
        ImageSource source = started is null ? image.Source : new StartedImageSource(started, image.Source);
        try
        {
            reader.Write(
                Source(place.Index, source),
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
