using System.Collections.Immutable;

namespace LiftPlus.Inference;

/// <summary>Represents what a model computed for a batch of B images.</summary>
/// <param name="ClassNames">The names of the C classes at that time.</param>
/// <param name="Logits">The logits (B, C).</param>
/// <param name="Probabilities">Their softmax or sigmoids (B, C).</param>
/// <param name="Features">The features (B, D); empty unless they were asked for or the policy needs them.</param>
internal sealed record Scores(ImmutableArray<string> ClassNames, float[] Logits, float[] Probabilities, float[] Features)
{
    /// <summary>Gets the decisions on top of these scores; null for none.</summary>
    public PredictionPolicy? Policy { get; init; }

    /// <exception cref="LiftPlusException">There is not one logit for each image and class.</exception>
    public static void CheckShape(ReadOnlySpan<long> logits, int images, int classes)
    {
        if (logits is [var rows, var columns] && (rows, columns) == (images, classes))
            return;
        throw new LiftPlusException(
            $"The classifier gives results of the shape ({string.Join(", ", logits.ToArray())}) for {images} images and {classes} classes; "
                + $"it must be ({images}, {classes}). Check the classifier and the class names."
        );
    }
}
