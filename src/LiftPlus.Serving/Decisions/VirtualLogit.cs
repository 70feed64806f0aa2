namespace LiftPlus.Decisions;

/// <summary>
/// Measures α · ‖residual‖ - log Σ exp z (ViM, arXiv 2203.10807): the residual is what features have outside the space in which the
/// training images vary most.
/// </summary>
/// <param name="basis">Orthonormal directions (K, D) of that space.</param>
/// <param name="alpha">α: the mean largest logit divided by the mean length of the residual, of training images.</param>
internal sealed class VirtualLogit(Rows basis, float alpha) : UnknownDetector
{
    public const string Basis = "basis",
        Alpha = "alpha";

    public override UnknownMeasure Measure => UnknownMeasure.VirtualLogit;

    public override IReadOnlyDictionary<string, Rows> Arrays =>
        new Dictionary<string, Rows> { [Basis] = basis, [Alpha] = new Rows([alpha], 1) };

    public override double Score(ReadOnlySpan<float> unit, ReadOnlySpan<float> logits) =>
        alpha * Residual(basis, unit) - Probabilities.LogSumExp(logits);

    /// <summary>Returns the length of what a vector has outside a space.</summary>
    public static double Residual(Rows basis, ReadOnlySpan<float> vector)
    {
        double squares = Vectors.Dot(vector, vector);
        for (int row = 0; row < basis.Count; row++)
        {
            double inside = Vectors.Dot(basis[row], vector);
            squares -= inside * inside;
        }

        return Math.Sqrt(Math.Max(0, squares));
    }
}
