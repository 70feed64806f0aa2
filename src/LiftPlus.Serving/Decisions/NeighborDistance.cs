namespace LiftPlus.Decisions;

/// <summary>Measures the distance to the k-th nearest training image, on features of length 1 (arXiv 2204.06507).</summary>
/// <param name="features">The features (M, D) of training images, of length 1.</param>
/// <param name="k">Which neighbour counts; the last one if there are fewer.</param>
internal sealed class NeighborDistance(Rows features, int k) : UnknownDetector
{
    public const string Features = "features";

    private readonly int _k = Math.Min(k, features.Count);

    public override UnknownMeasure Measure => UnknownMeasure.NeighborDistance;

    public override IReadOnlyDictionary<string, Rows> Arrays => new Dictionary<string, Rows> { [Features] = features };

    public override double Score(ReadOnlySpan<float> unit, ReadOnlySpan<float> logits)
    {
        float farthest = NearestRows.Find(features, unit, _k)[^1].Cosine;
        return Math.Sqrt(Math.Max(0, 2 - 2.0 * farthest));
    }
}
