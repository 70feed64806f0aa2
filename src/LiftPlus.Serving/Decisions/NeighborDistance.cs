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
        // The k largest cosines in ascending order.
        float[] nearest = new float[_k];
        Array.Fill(nearest, float.NegativeInfinity);
        for (int row = 0; row < features.Count; row++)
        {
            float cosine = Vectors.Dot(features[row], unit);
            if (cosine <= nearest[0])
                continue;
            int place = 1;
            for (; place < _k && nearest[place] < cosine; place++)
                nearest[place - 1] = nearest[place];
            nearest[place - 1] = cosine;
        }

        return Math.Sqrt(Math.Max(0, 2 - 2.0 * nearest[0]));
    }
}
