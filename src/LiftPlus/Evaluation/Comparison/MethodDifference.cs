using System.Globalization;
using LiftPlus.Metrics;

namespace LiftPlus;

/// <summary>Represents the difference between two methods in one measure, and whether it is more than noise.</summary>
public sealed record MethodDifference
{
    /// <summary>Gets the method that is compared.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the method that it is compared with.</summary>
    public required string Reference { get; init; }

    /// <summary>Gets the measure.</summary>
    public required ReportMeasure Measure { get; init; }

    /// <summary>Gets method minus reference in percentage points, over the seeds that both have.</summary>
    public required Spread Points { get; init; }

    /// <summary>Gets Student's interval over seeds, which covers the randomness of training. Null for one seed.</summary>
    public required Interval? BySeed { get; init; }

    /// <summary>
    /// Gets the interval of a paired bootstrap over test images, averaged over seeds, which covers the choice of test images. Null for
    /// measures other than accuracies, and if the runs were not tested on the same images.
    /// </summary>
    public required Interval? ByImage { get; init; }

    /// <summary>Gets what <see cref="Points"/> are counted in.</summary>
    internal string Unit { get; init; } = "seeds";

    /// <summary>Gets whether every interval excludes zero; null without an interval.</summary>
    public bool? IsOutsideNoise => (BySeed, ByImage) is (null, null) ? null : BySeed?.Contains(0) != true && ByImage?.Contains(0) != true;

    /// <summary>Gets half the width of the wider interval; null without one.</summary>
    public double? Uncertainty => new[] { BySeed?.HalfWidth, ByImage?.HalfWidth }.Max();

    /// <summary>
    /// Returns a sentence such as "LIFT+ is 2.1 ± 0.9 points better than Full fine-tuning on few-shot classes: outside the noise of 3
    /// seeds."
    /// </summary>
    public string ToSentence()
    {
        string amount = Number(Math.Abs(Points.Mean)) + (Uncertainty is double half ? $" ± {Number(half)}" : "");
        string better = Points.Mean > 0 == Measure.LowerIsBetter() ? "worse" : "better";
        return $"{Method} is {amount} points {better} than {Reference} {Measure.Where()}: {Verdict()}.";
    }

    private string Verdict() =>
        IsOutsideNoise switch
        {
            null => "the noise is not known",
            true when BySeed is null => "outside the noise of the test images, but of one seed the chance in training is not known",
            true => $"outside the noise of {Points.Count} {Unit}",
            false when BySeed?.Contains(0) == true => $"inside the noise of {Points.Count} {Unit}",
            false => "inside the noise of the test images",
        };

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
