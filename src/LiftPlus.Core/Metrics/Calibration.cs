using System.Collections.Immutable;

namespace LiftPlus.Metrics;

/// <summary>
/// Represents how well a model's confidence matches its accuracy: images in bins of equal width by the probability p of the predicted
/// class, and the expected calibration error Σ_b n_b / n · |accuracy_b - confidence_b| (arXiv 1706.04599, equation 3). At zero error, 70 %
/// of the images predicted with 70 % confidence are right.
/// </summary>
public sealed record Calibration
{
    /// <summary>The default number of bins.</summary>
    public const int UsualBins = 15;

    /// <summary>Gets the number of images.</summary>
    public required long Count { get; init; }

    /// <summary>Gets the expected calibration error in percentage points, 0 to 100.</summary>
    public required double Error { get; init; }

    /// <summary>Gets the mean confidence minus the accuracy, -100 to 100; above zero, the model is overconfident.</summary>
    public required double Overconfidence { get; init; }

    /// <summary>Gets the bins in ascending order, including empty ones.</summary>
    public required ImmutableArray<CalibrationBin> Bins { get; init; }

    /// <summary>Computes the calibration of the images whose confidence is known.</summary>
    /// <param name="outcomes">The test images; those without a confidence are skipped.</param>
    /// <param name="bins">The number of bins, 1 or more.</param>
    /// <returns>The calibration; null if no image has a confidence.</returns>
    public static Calibration? From(IEnumerable<ImageOutcome> outcomes, int bins = UsualBins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var (count, correct, confidence) = (new long[bins], new long[bins], new double[bins]);
        foreach (ImageOutcome outcome in outcomes)
        {
            if (outcome.Confidence is not float p)
                continue;
            int bin = Math.Clamp((int)MathF.Ceiling(p * bins) - 1, 0, bins - 1); // (low, high], as in the paper
            count[bin]++;
            correct[bin] += outcome.IsCorrect ? 1 : 0;
            confidence[bin] += p;
        }

        long all = count.Sum();
        if (all == 0)
            return null;
        return new Calibration
        {
            Count = all,
            Error = 100 * Enumerable.Range(0, bins).Sum(b => Math.Abs(correct[b] - confidence[b])) / all,
            Overconfidence = 100 * (confidence.Sum() - correct.Sum()) / all,
            Bins =
            [
                .. Enumerable
                    .Range(0, bins)
                    .Select(b => new CalibrationBin(
                        100.0 * b / bins,
                        100 * (b + 1.0) / bins,
                        count[b],
                        count[b] == 0 ? null : 100 * confidence[b] / count[b],
                        count[b] == 0 ? null : 100.0 * correct[b] / count[b]
                    )),
            ],
        };
    }
}
