namespace LiftPlus.Decisions;

/// <summary>Measures how little an image is like the training images. Thread-safe.</summary>
internal abstract class UnknownDetector
{
    /// <summary>Gets the kind of measure.</summary>
    public abstract UnknownMeasure Measure { get; }

    /// <summary>Gets the arrays that the measure needs, by name, for the model folder; empty if it needs only the logits.</summary>
    public virtual IReadOnlyDictionary<string, Rows> Arrays => new Dictionary<string, Rows>();

    /// <summary>Computes the score of an image; the larger, the less known.</summary>
    /// <param name="unit">The image's features (D) divided by their length; empty for a measure without <see cref="Arrays"/>.</param>
    /// <param name="logits">The image's logits (C).</param>
    public abstract double Score(ReadOnlySpan<float> unit, ReadOnlySpan<float> logits);

    /// <summary>Makes a measure from arrays of a file.</summary>
    /// <param name="measure">The kind.</param>
    /// <param name="neighbors">Which neighbour counts.</param>
    /// <param name="arrays">The arrays.</param>
    /// <param name="width">The number of features D.</param>
    /// <exception cref="LiftPlusException">An array is missing or has another shape.</exception>
    public static UnknownDetector From(UnknownMeasure measure, int neighbors, IReadOnlyDictionary<string, Rows> arrays, int width)
    {
        return measure switch
        {
            UnknownMeasure.NeighborDistance => new NeighborDistance(Find(NeighborDistance.Features), neighbors),
            UnknownMeasure.RelativeMahalanobis => new RelativeMahalanobis(
                Find(RelativeMahalanobis.Within, width),
                Find(RelativeMahalanobis.All, width),
                Find(RelativeMahalanobis.Means),
                Find(RelativeMahalanobis.Mean, 1)
            ),
            UnknownMeasure.VirtualLogit => new VirtualLogit(Find(VirtualLogit.Basis), Find(VirtualLogit.Alpha, 1, 1).Values[0]),
            _ => new MaximumSoftmax(),
        };

        Rows Find(string name, int? rows = null, int? columns = null) => PolicyCheck.Find(arrays, name, rows, columns ?? width);
    }
}
