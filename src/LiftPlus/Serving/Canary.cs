using LiftPlus.Inference;
using LiftPlus.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Serving;

/// <summary>
/// Runs a new model on two fixed images before it serves: a uniform one and a pattern. This refuses a model whose results are not finite
/// or do not fit its classes, and sets up threads and memory, which no caller should wait for.
/// </summary>
internal static class Canary
{
    /// <param name="model">The model.</param>
    /// <param name="shape">The shape of an image's numbers (<see cref="ImagePreparer.Shape"/>).</param>
    /// <exception cref="LiftPlusException">The results are not finite, or there is not one logit for each class.</exception>
    public static void Check(ImageClassifier model, ReadOnlySpan<long> shape)
    {
        using PreparedImage uniform = Draw(shape, i => 0),
            pattern = Draw(shape, i => i * 37 % 101 / 50f - 1); // -1 to 1, as normalised pixels
        Predictor.Predict(
            model,
            [uniform, pattern],
            shape,
            _ => new PredictionOptions(),
            (features, logits) =>
            {
                ThrowIfNotFinite("features", features);
                ThrowIfNotFinite("logits", logits);
                ThrowIfNotFinite("probabilities", logits.softmax(1));
            }
        );
    }

    private static PreparedImage Draw(ReadOnlySpan<long> shape, Func<int, float> pixel)
    {
        int length = 1;
        foreach (long axis in shape)
            length = checked(length * (int)axis);
        var image = new PreparedImage("test image");
        Span<float> numbers = image.Rent(length);
        for (int i = 0; i < length; i++)
            numbers[i] = pixel(i);
        return image;
    }

    private static void ThrowIfNotFinite(string what, Tensor values)
    {
        using Tensor finite = values.isfinite();
        long wrong = values.numel() - finite.sum().item<long>();
        if (wrong > 0)
            throw new LiftPlusException(
                $"The model's {what} of a test image are not finite: {wrong} of {values.numel()} values are NaN or infinite. "
                    + "Its weights are damaged, or training diverged; train it again, or save it again from a good state."
            );
    }
}
