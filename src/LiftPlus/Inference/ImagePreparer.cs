using LiftPlus.Backbones;
using LiftPlus.Data;

namespace LiftPlus.Inference;

/// <summary>Makes an image's numbers: read, decode, transform, normalise. Called from several threads at once.</summary>
internal sealed class ImagePreparer(PreprocessConfig preprocess, InferenceOptions options, IImageDecoder decoder)
{
    private readonly TransformPipeline _transform = InferenceLoader.Transform(preprocess, options);
    private readonly PixelNormalizer _normalizer = new(preprocess.Mean, preprocess.Std);

    /// <summary>The shape of an image's numbers: (3, S, S), or (V, 3, S, S) with several views.</summary>
    public long[] Shape =>
        _transform.Views == 1
            ? [3, _transform.InputSize, _transform.InputSize]
            : [_transform.Views, 3, _transform.InputSize, _transform.InputSize];

    /// <summary>Images in a batch: the views are what counts.</summary>
    public int BatchSize => Math.Max(1, options.BatchSize / _transform.Views);

    /// <summary>Prepares an image. One that cannot be read has an error; only cancellation is thrown.</summary>
    public async ValueTask<PreparedImage> PrepareAsync(ImageSource source, ImageLimits limits, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            RgbImage[] views = await source.ReadAsync(_transform, decoder, limits, cancellationToken).ConfigureAwait(false);
            return Normalize(source.Name, views);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            LiftPlusException error =
                e as LiftPlusException
                ?? new LiftPlusException($"The image '{source.Name}' could not be prepared. {e.GetType().Name}: {e.Message}", e);
            return new PreparedImage(source.Name) { Error = error };
        }
    }

    private PreparedImage Normalize(string name, RgbImage[] views)
    {
        var image = new PreparedImage(name);
        try
        {
            int length = 3 * _transform.InputSize * _transform.InputSize;
            Span<float> numbers = image.Rent(length * views.Length);
            for (int v = 0; v < views.Length; v++)
                _normalizer.Write(views[v], numbers.Slice(v * length, length));
            return image;
        }
        finally
        {
            foreach (RgbImage view in views)
                view.Dispose();
        }
    }
}
