using System.Text.Json.Nodes;
using LiftPlus.Metrics;

namespace LiftPlus.Tests.Evaluation;

public sealed class RunComparisonTests
{
    private static readonly ClassDistribution s_classes = new(["a", "b"], [500, 5]);

    [Fact]
    public void DifferencesArePairedBySeed()
    {
        // Seeds differ by 20 points, methods by 10, 12 and 14 within each.
        RunComparison comparison = RunComparison.Create([
            Run("plain", 0, 40),
            Run("plain", 1, 50),
            Run("plain", 2, 60),
            Run("ours", 2, 74),
            Run("ours", 1, 62),
            Run("ours", 0, 50),
            Run("ours", 7, 99),
        ]);
        MethodDifference difference = comparison.Difference("ours", "plain", ReportMeasure.Overall)!;
        Assert.Equal(12, difference.Points.Mean, 1e-9);
        Assert.Equal(2, difference.Points.Deviation!.Value, 1e-9);
        Assert.Equal(12 - 4.302653 * 2 / Math.Sqrt(3), difference.BySeed!.Value.Low, 1e-4); // t of two degrees of freedom, from a table
        Assert.True(difference.IsOutsideNoise);
        Assert.StartsWith("ours is 12.0 ± ", difference.ToSentence(), StringComparison.Ordinal);
        Assert.EndsWith(
            " points better than plain over all images: outside the noise of 3 seeds.",
            difference.ToSentence(),
            StringComparison.Ordinal
        );
        Assert.Equal(-12, comparison.Difference("plain", "ours", ReportMeasure.Overall)!.Points.Mean, 1e-9);
        Assert.Null(comparison.Difference("ours", "plain", ReportMeasure.Medium));
        Assert.Equal(
            (50.0, 10.0),
            (
                comparison.Methods[0].Measures[ReportMeasure.Overall]!.Mean,
                comparison.Methods[0].Measures[ReportMeasure.Overall]!.Deviation!.Value
            )
        );
        Assert.Equal(["ours"], comparison.Differences.Select(entry => entry.Method).Distinct());
    }

    [Fact]
    public void NoiseIsNamed()
    {
        RunComparison seeds = RunComparison.Create(
            [Run("plain", 0, 40), Run("plain", 1, 60), Run("ours", 0, 60), Run("ours", 1, 41)],
            "plain"
        );
        Assert.EndsWith(
            "better than plain over all images: inside the noise of 2 seeds.",
            seeds.Difference("ours", "plain", ReportMeasure.Overall)!.ToSentence(),
            StringComparison.Ordinal
        );

        RunComparison alike = RunComparison.Create([Run("plain", 0, 50), Run("plain", 1, 50), Run("ours", 0, 51), Run("ours", 1, 51)]);
        MethodDifference difference = alike.Difference("ours", "plain", ReportMeasure.Overall)!;
        Assert.Equal(new Interval(1, 1), difference.BySeed); // the seeds agree, but one image of a hundred is no evidence
        Assert.False(difference.IsOutsideNoise);
        Assert.EndsWith("inside the noise of the test images.", difference.ToSentence(), StringComparison.Ordinal);

        RunComparison one = RunComparison.Create([Run("plain", 0, 40), Run("ours", 0, 80)]);
        Assert.EndsWith(
            "outside the noise of the test images, but of one seed the chance in training is not known.",
            one.Differences[0].ToSentence(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void LowerCalibrationErrorIsBetter()
    {
        RunComparison comparison = RunComparison.Create([Run("plain", 0, 50, 0.9f), Run("ours", 0, 50, 0.6f)]);
        Assert.StartsWith(
            "ours is 30.0 points better than plain in calibration error",
            comparison.Difference("ours", "plain", ReportMeasure.CalibrationError)!.ToSentence(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void TestSetsThatDifferAreNotPairedByImage()
    {
        ComparedRun other = Run("ours", 0, 60);
        other = other with { Report = other.Report with { ImageNames = [.. other.Report.ImageNames.Select(name => "other " + name)] } };
        MethodDifference difference = RunComparison
            .Create([Run("plain", 0, 50), other])
            .Difference("ours", "plain", ReportMeasure.Overall)!;
        Assert.Null(difference.ByImage);
        Assert.Null(difference.IsOutsideNoise);
    }

    [Fact]
    public void TextsHaveEveryMethod()
    {
        RunComparison comparison = RunComparison.Create([
            Run("plain|", 0, 50),
            Run("ours", 0, 75),
            Run("plain|", 1, 50),
            Run("ours", 1, 76),
        ]);
        Assert.Contains("| plain\\| | 50.0 ± 0.0 |", comparison.ToMarkdown(), StringComparison.Ordinal);
        Assert.Contains("- ours is 25.5 ± ", comparison.ToMarkdown(), StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(comparison.ToJson())!;
        Assert.Equal(75.5, (double)json["methods"]![1]!["measures"]!["overall"]!["mean"]!);
        Assert.Equal("ours", (string?)json["differences"]![0]!["method"]);
    }

    [Fact]
    public void AllThatIsWrongIsListed()
    {
        ComparedRun other = Run("other", 0, 50);
        other = other with { Report = other.Report with { Classes = new ClassDistribution(["x", "y"], [1, 1]) } };
        string message = Assert
            .Throws<LiftPlusException>(() => RunComparison.Create([Run("a", 0, 50), Run("a", 0, 50), other], "b"))
            .Message;
        Assert.Contains("'a' has seed 0 2 times", message, StringComparison.Ordinal);
        Assert.Contains("'other', seed 0, has other classes", message, StringComparison.Ordinal);
        Assert.Contains("The method 'b' is not among the runs", message, StringComparison.Ordinal);
        Assert.Throws<LiftPlusException>(() => RunComparison.Create([]));
    }

    private static ComparedRun Run(string method, int seed, int right, float confidence = 0.5f)
    {
        ImageOutcome[] outcomes = [.. Enumerable.Range(0, 100).Select(i => new ImageOutcome(i, 0, i < right ? 0 : 1, true, confidence))];
        return new ComparedRun(
            method,
            seed,
            new EvaluationReport
            {
                Metrics = ClassificationMetrics.Compute(outcomes, s_classes),
                Classes = s_classes,
                Outcomes = [.. outcomes],
                ImageNames = [.. outcomes.Select(outcome => $"{outcome.Index}.png")],
                Seconds = 1,
            }
        );
    }
}
