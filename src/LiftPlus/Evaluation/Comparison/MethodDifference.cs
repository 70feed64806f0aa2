using System.Globalization;
using LiftPlus.Metrics;

namespace LiftPlus;

/// <summary>How far two methods are apart in one measure, and whether that is more than noise.</summary>
public sealed record MethodDifference
{
    /// <summary>The method that is compared.</summary>
    public required string Method { get; init; }

    /// <summary>The method it is compared with.</summary>
    public required string Reference { get; init; }

    /// <summary>The measure.</summary>
    public required ReportMeasure Measure { get; init; }

    /// <summary>Method less reference in points, over the seeds that both have.</summary>
    public required Spread Points { get; init; }

    /// <summary>Student's interval over seeds: the chance in training. Null for one seed.</summary>
    public required Interval? BySeed { get; init; }

    /// <summary>
    /// Paired bootstrap over test images, the mean of the seeds: the chance in which images are tested. Null for measures that are no accuracy, and where the runs
    /// were not tested on the same images.
    /// </summary>
    public required Interval? ByImage { get; init; }

    /// <summary>Whether every interval there is leaves out zero; null without an interval.</summary>
    public bool? IsOutsideNoise => (BySeed, ByImage) is (null, null) ? null : BySeed?.Contains(0) != true && ByImage?.Contains(0) != true;

    /// <summary>Half the width of the wider interval; null without one.</summary>
    public double? Uncertainty => new[] { BySeed?.HalfWidth, ByImage?.HalfWidth }.Max();

    /// <summary>"LIFT+ is 2.1 ± 0.9 points better than Full fine-tuning on few-shot classes: outside the noise of 3 seeds."</summary>
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
            true => $"outside the noise of {Points.Count} seeds",
            false when BySeed?.Contains(0) == true => $"inside the noise of {Points.Count} seeds",
            false => "inside the noise of the test images",
        };

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
