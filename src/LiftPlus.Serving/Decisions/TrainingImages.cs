using System.Collections.Immutable;

namespace LiftPlus.Decisions;

/// <summary>Represents training images that predictions can name, in the order of their names. Thread-safe.</summary>
internal sealed class TrainingImages
{
    /// <summary>The name of the features among the arrays of a policy. <see cref="NeighborDistance"/> uses the same ones.</summary>
    public const string FeaturesName = NeighborDistance.Features;

    /// <param name="features">The features (M, D), of length 1.</param>
    /// <param name="names">The names (M).</param>
    /// <param name="labels">The labels (M).</param>
    public TrainingImages(Rows features, ImmutableArray<string> names, ImmutableArray<int> labels) =>
        (Features, Names, Labels) = (features, names, labels);

    public Rows Features { get; }

    public ImmutableArray<string> Names { get; }

    public ImmutableArray<int> Labels { get; }

    /// <summary>Returns the images that are most like an image, nearest first; of equal ones the first name is first.</summary>
    /// <param name="features">The features (D) of the image.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="classNames">The names of the classes.</param>
    public ImmutableArray<Neighbor> Nearest(ReadOnlySpan<float> features, int count, IReadOnlyList<string> classNames)
    {
        float[] unit = new float[features.Length];
        Vectors.Normalize(features, unit);
        return
        [
            .. NearestRows
                .Find(Features, unit, count)
                .Select(found => new Neighbor(
                    Names[found.Row],
                    Labels[found.Row],
                    classNames[Labels[found.Row]],
                    Math.Clamp(found.Cosine, -1, 1)
                )),
        ];
    }
}
