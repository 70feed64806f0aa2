using LiftPlus.Data;
using SixLabors.ImageSharp;

namespace LiftPlus;

/// <summary>Trains with the decoder of ImageSharp, and classifies its images without encoding them.</summary>
public static class ImageSharpExtensions
{
    /// <summary>
    /// Decodes images with <see cref="ImageSharpDecoder"/>. Give one to <see cref="DatasetReadOptions.Decoder"/> too, if the dataset has
    /// TIFF or TGA files, and to <see cref="ModelLoadOptions.Decoder"/> when the model is loaded.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="maxPixels">The maximum width · height of an image.</param>
    public static LongTailFineTunerBuilder UseImageSharp(this LongTailFineTunerBuilder builder, long maxPixels = 100_000_000) =>
        builder.UseDecoder(new ImageSharpDecoder(maxPixels));

    /// <summary>
    /// Returns a source of an image's pixels, of any pixel type. They are converted to RGB when they are needed; do not change or dispose
    /// the image before that.
    /// </summary>
    /// <param name="image">The image. Of several frames, the first one counts.</param>
    /// <param name="name">The name that messages and predictions use for the image.</param>
    public static ImageSource ToImageSource(this Image image, string name = "an image in memory") =>
        ImageSource.FromPixels(() => PixelCopy.Of(image), name);

    /// <summary>Classifies one image and blocks until the prediction is there.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="image">The image, of any pixel type.</param>
    /// <param name="options">What to return; null for the five likeliest classes.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Prediction Predict(
        this IImageClassifier classifier,
        Image image,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => classifier.Predict(image.ToImageSource(), options, cancellationToken);

    /// <summary>Classifies one image.</summary>
    /// <inheritdoc cref="Predict"/>
    public static Task<Prediction> PredictAsync(
        this IImageClassifier classifier,
        Image image,
        PredictionOptions? options = null,
        CancellationToken cancellationToken = default
    ) => classifier.PredictAsync(image.ToImageSource(), options, cancellationToken);
}
