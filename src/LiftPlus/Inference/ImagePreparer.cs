using LiftPlus.Backbones;
using LiftPlus.Data;

namespace LiftPlus.Inference;

/// <summary>Prepares single images for a model. Thread-safe.</summary>
internal sealed class ImagePreparer(PreprocessConfig preprocess, InferenceOptions options, IImageDecoder decoder)
{
    private readonly ImageReader _reader = new(
        InferenceLoader.Transform(preprocess, options),
        new PixelNormalizer(preprocess.Mean, preprocess.Std),
        decoder
    );

    /// <summary>Gets the shape of an image's values: (3, S, S), or (V, 3, S, S) with several views.</summary>
    public long[] Shape => _reader.Shape;

    /// <summary>Gets the number of images in a batch.</summary>
    public int BatchSize => InferenceLoader.BatchSize(options, _reader.Views);

    /// <summary>Prepares an image. The result of an image that cannot be read contains the error; only cancellation is thrown.</summary>
    public async ValueTask<PreparedImage> PrepareAsync(ImageSource source, ImageLimits limits, CancellationToken cancellationToken)
    {
        var image = new PreparedImage(source.Name);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            source = await source.BufferAsync(limits, null, cancellationToken).ConfigureAwait(false);
            _reader.Write(source, NoRandomness, image.Rent(_reader.Length), limits);
            return image;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            image.Dispose();
            throw;
        }
        catch (Exception e)
        {
            image.Dispose();
            LiftPlusException error =
                e as LiftPlusException
                ?? new LiftPlusException($"The image '{source.Name}' could not be prepared. {e.GetType().Name}: {e.Message}", e);
            return new PreparedImage(source.Name) { Error = error };
        }
    }

    // The views of inference draw no random numbers.
    private static TransformContext NoRandomness() => new(new StreamRandom(0, 0, 0), 1);
}
