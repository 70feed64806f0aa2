namespace LiftPlus.Decisions;

/// <summary>
/// Measures min_c M_c - M (arXiv 2106.09022): M_c is the squared Mahalanobis distance to the mean of class c with the covariance within
/// classes, M the one to the mean of all images with their covariance.
/// </summary>
internal sealed class RelativeMahalanobis : UnknownDetector
{
    public const string Within = "whiten_within",
        All = "whiten_all",
        Means = "class_means",
        Mean = "mean";

    private readonly Rows _within,
        _all,
        _means,
        _mean,
        _whiteMeans;

    /// <param name="within">The inverse (D, D) of the Cholesky factor of the covariance within classes.</param>
    /// <param name="all">The inverse (D, D) of that of the covariance of all images.</param>
    /// <param name="means">The means (C, D) of the classes.</param>
    /// <param name="mean">The mean (1, D) of all images.</param>
    public RelativeMahalanobis(Rows within, Rows all, Rows means, Rows mean)
    {
        (_within, _all, _means, _mean) = (within, all, means, mean);
        float[] white = new float[means.Values.Length];
        for (int c = 0; c < means.Count; c++)
            Multiply(within, Difference(means[c], mean[0]), white.AsSpan(c * means.Width, means.Width));
        _whiteMeans = new Rows(white, means.Width);
    }

    public override UnknownMeasure Measure => UnknownMeasure.RelativeMahalanobis;

    public override IReadOnlyDictionary<string, Rows> Arrays =>
        new Dictionary<string, Rows>
        {
            [Within] = _within,
            [All] = _all,
            [Means] = _means,
            [Mean] = _mean,
        };

    public override double Score(ReadOnlySpan<float> unit, ReadOnlySpan<float> logits)
    {
        float[] centred = Difference(unit, _mean[0]),
            white = new float[centred.Length];
        Multiply(_all, centred, white);
        double all = Vectors.Dot(white, white),
            least = double.PositiveInfinity;
        Multiply(_within, centred, white);
        for (int c = 0; c < _whiteMeans.Count; c++)
        {
            float[] distance = Difference(white, _whiteMeans[c]);
            least = Math.Min(least, Vectors.Dot(distance, distance));
        }

        return least - all;
    }

    private static float[] Difference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float[] difference = new float[a.Length];
        for (int i = 0; i < a.Length; i++)
            difference[i] = a[i] - b[i];
        return difference;
    }

    private static void Multiply(Rows matrix, ReadOnlySpan<float> vector, Span<float> to)
    {
        for (int row = 0; row < to.Length; row++)
            to[row] = Vectors.Dot(matrix[row], vector);
    }
}
