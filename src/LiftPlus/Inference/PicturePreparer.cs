using LiftPlus.Backbones;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Makes a picture's numbers: read, decode, transform, normalise. Called from several threads at once.</summary>
internal sealed class PicturePreparer(PreprocessConfig preprocess, InferenceOptions options, IImageDecoder decoder)
{
    private readonly TransformPipeline _transform = InferenceLoader.Transform(preprocess, options);
    private readonly PixelNormalizer _normalizer = new(preprocess.Mean, preprocess.Std);

    /// <summary>The shape of a picture's numbers: (3, S, S), or (V, 3, S, S) with several views.</summary>
    public long[] Shape =>
        _transform.Views == 1
            ? [3, _transform.InputSize, _transform.InputSize]
            : [_transform.Views, 3, _transform.InputSize, _transform.InputSize];

    /// <summary>Pictures in a batch: the views are what counts.</summary>
    public int BatchSize => Math.Max(1, options.BatchSize / _transform.Views);

    /// <summary>Prepares a picture. One that cannot be read has an error; only cancellation is thrown.</summary>
    public async ValueTask<PreparedPicture> PrepareAsync(PictureSource source, PictureLimits limits, CancellationToken cancellationToken)
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
                ?? new LiftPlusException($"The picture '{source.Name}' could not be prepared. {e.GetType().Name}: {e.Message}", e);
            return new PreparedPicture(source.Name) { Error = error };
        }
    }

    private PreparedPicture Normalize(string name, RgbImage[] views)
    {
        var picture = new PreparedPicture(name);
        try
        {
            int length = 3 * _transform.InputSize * _transform.InputSize;
            Span<float> numbers = picture.Rent(length * views.Length);
            for (int v = 0; v < views.Length; v++)
                _normalizer.Write(views[v], numbers.Slice(v * length, length));
            return picture;
        }
        finally
        {
            foreach (RgbImage view in views)
                view.Dispose();
        }
    }
}
