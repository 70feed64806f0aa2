namespace LiftPlus.Decisions;

/// <summary>Makes the training images that predictions can name.</summary>
internal static class TrainingImagesFit
{
    /// <summary>Returns images in the order of their names, so that the order in which they are given does not matter.</summary>
    /// <param name="images">What the model computed for them.</param>
    /// <param name="names">The names of those that were given.</param>
    public static (ScoredImages Images, string[] Names) Sort(ScoredImages images, IReadOnlyList<string> names)
    {
        int[] order =
        [
            .. Enumerable
                .Range(0, images.Count)
                .OrderBy(row => names[images.Places[row]], StringComparer.Ordinal)
                .ThenBy(row => images.Labels[row]),
        ];
        ScoredImages sorted = new(images.Features.Take(order), images.Logits.Take(order), [.. order.Select(row => images.Labels[row])]);
        return (sorted, [.. order.Select(row => names[images.Places[row]])]);
    }

    /// <summary>Returns the images for a policy. If it has their features already, they share the memory.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="images">The images in the order of their names.</param>
    /// <param name="names">The names.</param>
    public static TrainingImages Fit(PredictionPolicy policy, ScoredImages images, string[] names)
    {
        Rows units = policy.Detector is NeighborDistance distance
            ? distance.Arrays[TrainingImages.FeaturesName]
            : images.Features.Normalized();
        return new TrainingImages(units, [.. names], [.. images.Labels]);
    }
}
