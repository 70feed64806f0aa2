using System.Collections.Immutable;
using LiftPlus.Decisions;

namespace LiftPlus;

/// <summary>Represents the estimated mix of unlabelled images.</summary>
public sealed record MixEstimate
{
    internal MixEstimate() { }

    /// <summary>Gets the estimated share (C) of each class, in label order, whether the model was adapted to it or not.</summary>
    public required ImmutableArray<double> Prior { get; init; }

    /// <summary>Gets the probability of such images without a shift, by Hotelling's test over groups of classes.</summary>
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
        double[] prior = options.Method switch
        {
            MixMethod.EveryClass => PriorEstimate.Maximize(probabilities, policy.Reference, null),
            MixMethod.BlackBox => PriorEstimate.Spread(
                BlackBoxShift.Solve(policy.Mix!.Confusion, Predicted(probabilities, groups)),
                policy.Reference,
                groups
            ),
            _ => PriorEstimate.Shrink(PriorEstimate.Maximize(probabilities, policy.Reference, groups), policy.Reference),
        };
        double p = MixTest.PValue([.. probabilities.Select(row => PriorEstimate.GroupSums(row, groups))], policy.Mix!);
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
