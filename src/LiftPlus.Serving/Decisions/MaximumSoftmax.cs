namespace LiftPlus.Decisions;

/// <summary>Measures 1 - max p (arXiv 1610.02136).</summary>
internal sealed class MaximumSoftmax : UnknownDetector
{
    public override UnknownMeasure Measure => UnknownMeasure.MaximumSoftmax;

    // 1 / Σ exp(z - max z) is the largest probability.
    public override double Score(ReadOnlySpan<float> unit, ReadOnlySpan<float> logits) =>
        1 - Math.Exp(logits[Probabilities.Largest(logits)] - Probabilities.LogSumExp(logits));
}
