using System.Collections.Immutable;
using LiftPlus.Decisions;

namespace LiftPlus;

/// <summary>Represents the estimated mix of unlabelled images.</summary>
public sealed record MixEstimate
{
    internal MixEstimate() { }

    /// <summary>Gets the estimated share (C) of each class, in label order, whether the model was adapted to it or not.</summary>
    public required ImmutableArray<double> Prior { get; init; }

    /// <summary>
    /// Gets the probability of such images without a shift, by Hotelling's test over groups of classes and, for
    /// <see cref="MixMethod.Pooled"/>, also by how likely held-out images are under the shares of single classes.
    /// </summary>
    public required double PValue { get; init; }

    /// <summary>Gets a value that indicates whether the shift is distinguishable from none, so that the model was adapted.</summary>
    public required bool IsShifted { get; init; }

    /// <summary>Gets the number of images.</summary>
    public required int Images { get; init; }

    /// <summary>Estimates the mix of images from their logits.</summary>
    internal static MixEstimate From(PredictionPolicy policy, Rows logits, MixOptions options)
    {
        double[][] probabilities = Posteriors(policy, logits);
        int[] groups = MixReference.Groups(policy.Classes);
        MixReference mix = policy.Mix!;
        ImmutableArray<double> reference = policy.Reference;
        double[][] corrected = ClassOffsets.Apply(probabilities, mix.Offsets);
        double p = MixTest.PValue([.. probabilities.Select(row => PriorEstimate.GroupSums(row, groups))], mix);
        double[] prior;
        switch (options.Method)
        {
            case MixMethod.BlackBox:
                prior = PriorEstimate.Spread(BlackBoxShift.Solve(mix.Confusion, Predicted(probabilities, groups)), reference, groups);
                break;
            case MixMethod.EveryClass:
                prior = PriorEstimate.Maximize(corrected, reference);
                break;
            case MixMethod.Grouped:
                prior = PriorEstimate.Shrink(PriorEstimate.Maximize(corrected, reference, groups), reference);
                break;
            default:
                var pooled = PooledPrior.Estimate(corrected, reference, groups, mix.Images);
                prior = PriorEstimate.Shrink(pooled.Prior, reference);
                p = Math.Min(1, 2 * Math.Min(p, pooled.PValue)); // either of two tests
                break;
        }

        return new MixEstimate
        {
            Prior = [.. prior],
            PValue = p,
            IsShifted = p <= options.Significance,
            Images = logits.Count,
        };
    }

    /// <summary>Computes the calibrated probabilities of images for the mix that the model was trained for.</summary>
    internal static double[][] Posteriors(PredictionPolicy policy, Rows logits)
    {
        double[][] probabilities = [.. Enumerable.Range(0, logits.Count).Select(_ => new double[logits.Width])];
        for (int row = 0; row < logits.Count; row++)
            Probabilities.Softmax(logits[row], probabilities[row], 1 / policy.TemperatureOf(logits[row]));
        return probabilities;
    }

    private static double[] Predicted(double[][] probabilities, int[] groups)
    {
        double[] shares = new double[groups.Max() + 1];
        foreach (double[] row in probabilities)
            shares[groups[row.IndexOf(row.Max())]] += 1.0 / probabilities.Length;
        return shares;
    }
}
