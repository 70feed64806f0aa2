using LiftPlus.Inference;

namespace LiftPlus.Serving;

/// <summary>
/// Runs a new model on two fixed images before it serves: a uniform one and a pattern. This refuses a model whose results are not finite
/// or do not fit its classes, and sets up threads and memory, which no caller should wait for.
/// </summary>
internal static class Canary
{
    /// <exception cref="LiftPlusException">The results are not finite, or there is not one logit for each class.</exception>
    public static void Check(ImageClassifierBase model, ImagePreparer preparer)
    {
        using PreparedImage uniform = preparer.Draw(i => 0.5f),
            pattern = preparer.Draw(i => i * 37 % 101 / 100f);
        Scores scores = model.Score([uniform, pattern], features: true);
        ThrowIfNotFinite("features", scores.Features);
        ThrowIfNotFinite("logits", scores.Logits);
        ThrowIfNotFinite("probabilities", scores.Probabilities);
    }

    private static void ThrowIfNotFinite(string what, float[] values)
    {
        int wrong = values.Count(value => !float.IsFinite(value));
        if (wrong > 0)
            throw new LiftPlusException(
                $"The model's {what} of a test image are not finite: {wrong} of {values.Length} values are NaN or infinite. "
                    + "Its weights are damaged, or training diverged; train it again, or save it again from a good state."
            );
    }
}
