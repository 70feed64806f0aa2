using System.Collections.Immutable;

namespace LiftPlus.Metrics;

/// <summary>
/// How far a model's confidence is from its accuracy: images in bins of equal width by the probability p of the predicted class, and the expected
/// calibration error Σ_b n_b / n · |accuracy_b - confidence_b| (arXiv 1706.04599, equation 3). Zero means that of the images predicted with 70 %,
/// 70 % are right.
/// </summary>
public sealed record Calibration
{
    /// <summary>The usual number of bins.</summary>
    public const int UsualBins = 15;

    /// <summary>Number of images.</summary>
    public required long Count { get; init; }

    /// <summary>Expected calibration error, 0 to 100 (percentage points).</summary>
    public required double Error { get; init; }

    /// <summary>Mean confidence less accuracy, -100 to 100: above zero the model promises too much.</summary>
    public required double Overconfidence { get; init; }

    /// <summary>The bins from 0 to 1, empty ones included.</summary>
    public required ImmutableArray<CalibrationBin> Bins { get; init; }

    /// <summary>Measures images whose confidence is known.</summary>
    /// <param name="outcomes">The test images; those without a confidence are passed over.</param>
    /// <param name="bins">Number of bins, 1 or more.</param>
    /// <returns>Null when no image has a confidence.</returns>
    public static Calibration? Of(IEnumerable<ImageOutcome> outcomes, int bins = UsualBins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var (count, correct, confidence) = (new long[bins], new long[bins], new double[bins]);
        foreach (ImageOutcome outcome in outcomes)
        {
            if (outcome.Confidence is not float p)
                continue;
            int bin = Math.Clamp((int)MathF.Ceiling(p * bins) - 1, 0, bins - 1); // (low, high], as the paper has it
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
                        (double)b / bins,
                        (b + 1.0) / bins,
                        count[b],
                        count[b] == 0 ? null : 100 * confidence[b] / count[b],
                        count[b] == 0 ? null : 100.0 * correct[b] / count[b]
                    )),
            ],
        };
    }
}
