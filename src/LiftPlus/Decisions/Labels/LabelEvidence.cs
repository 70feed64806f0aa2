namespace LiftPlus.Decisions;

/// <summary>
/// Represents what speaks for and against the labels of images: predictions of other images' classifiers, neighbours and texts.
/// </summary>
/// <param name="Voters">The opinions, each logits (N, C).</param>
/// <param name="Weights">Their weights.</param>
/// <param name="Probabilities">What they say together (N, C).</param>
/// <param name="Scores">The labels judged by that.</param>
/// <param name="Exact">A number for each image, the same for images of the same pixels.</param>
/// <param name="Near">The pairs of images that look almost the same.</param>
internal sealed record LabelEvidence(
    IReadOnlyList<Rows> Voters,
    double[] Weights,
    Rows Probabilities,
    LabelScores Scores,
    int[] Exact,
    IReadOnlyList<(int Row, int Other, float Cosine)> Near
)
{
    private const int PossibleCopies = 10; // more neighbours than vote, because copies do not

    /// <summary>Judges the labels of images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="classes">The number of classes C.</param>
    /// <param name="options">How they are judged.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    public static LabelEvidence Of(AuditedImages images, int classes, LabelAuditOptions options, CancellationToken cancellationToken)
    {
        Rows directions = Directions(images.Features, images.Features);
        Nearest nearest = Nearest.Find(directions, null, options.Neighbors + PossibleCopies, cancellationToken);
        int[] exact = CopyGroups.Exact(images.Hashes);
        (int Row, int Other, float Cosine)[] near =
        [
            .. CopyGroups
                .Near(nearest, images.Looks, images.Looks, options.CopySimilarity)
                .Where(pair => exact[pair.Row] != exact[pair.Other]),
        ];
        int[] groups = CopyGroups.Join(exact, near.Select(pair => (pair.Row, pair.Other)));
        int[] fold = Folds.Assign(groups, images.Hashes, images.Labels, options.Folds, options.Seed);
        Rows[] voters =
        [
            OutOfFold.LogProbabilities(images.Features.Normalized(), images.Labels, classes, fold, cancellationToken),
            NeighborVotes.LogShares(nearest, options.Neighbors, images.Labels, groups, classes),
            .. images.Texts.Width > 0 ? [images.Texts] : (Rows[])[],
        ];
        double[] weights = VoterWeights.Fit(voters, images.Labels);
        Rows probabilities = VoterWeights.Combine(voters, weights);
        return new LabelEvidence(voters, weights, probabilities, LabelScores.Of(probabilities, images.Labels), exact, near);
    }

    /// <summary>
    /// Returns the directions of features from the mean of others, which tell images apart better than those from the origin.
    /// </summary>
    public static Rows Directions(Rows features, Rows others)
    {
        double[] mean = new double[features.Width];
        for (int i = 0; i < others.Values.Length; i++)
            mean[i % mean.Length] += others.Values[i] / (double)others.Count;
        return new Rows([.. features.Values.Select((value, i) => (float)(value - mean[i % mean.Length]))], features.Width).Normalized();
    }
}
