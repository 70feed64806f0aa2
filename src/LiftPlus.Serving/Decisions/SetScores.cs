namespace LiftPlus.Decisions;

/// <summary>Computes the score of every class, by which a set of classes is chosen: those with a score up to a threshold.</summary>
internal static class SetScores
{
    /// <summary>Gets the score that no class exceeds, which stands for a threshold of infinity.</summary>
    public static double Largest(SetScore kind) => kind == SetScore.PrevalenceAdjusted ? 0 : 1;

    /// <summary>Returns log π - log π₀.</summary>
    public static double[] ToTail(IReadOnlyList<double> shares, IReadOnlyList<double> reference) =>
        [.. shares.Zip(reference, (share, own) => Math.Log(share) - Math.Log(own))];

    /// <summary>
    /// Computes 1 - p for the softmax p, or -p/π with the p of a model of long-tailed data, softmax(z + log π - log π₀).
    /// </summary>
    /// <param name="kind">The kind of score.</param>
    /// <param name="logits">The logits z (C).</param>
    /// <param name="shares">π (C), the share of each class of the training images.</param>
    /// <param name="toTail">log π - log π₀ (C), with the mix π₀ that the logits are for.</param>
    /// <param name="to">The scores (C).</param>
    public static void Compute(
        SetScore kind,
        ReadOnlySpan<float> logits,
        ReadOnlySpan<double> shares,
        ReadOnlySpan<double> toTail,
        Span<double> to
    )
    {
        bool isAdjusted = kind == SetScore.PrevalenceAdjusted;
        Probabilities.Softmax(logits, to, shift: isAdjusted ? toTail : default);
        for (int c = 0; c < to.Length; c++)
            to[c] = isAdjusted ? -to[c] / shares[c] : 1 - to[c];
    }
}
