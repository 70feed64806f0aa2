using LiftPlus.Metrics;

namespace LiftPlus.Core.Tests.Metrics;

public sealed class ImageMetricsTests
{
    private static readonly ClassDistribution s_training = new(["a", "b", "c", "d"], [500, 50, 5, 5]);

    [Fact]
    public void FormsOfAverageAreThoseOfTheConfusionMatrix()
    {
        // Rows are true classes. a: 3 of 4 correct, one predicted as b. b: 1 of 2 correct, one predicted as a. c: 1 of 4 correct, three
        // predicted as a. d: without images.
        ImageOutcome[] outcomes = Outcomes((0, 0), (0, 0), (0, 0), (0, 1), (1, 1), (1, 0), (2, 2), (2, 0), (2, 0), (2, 0));
        ClassificationMetrics metrics = ClassificationMetrics.Compute(outcomes, s_training);
        Assert.Equal(100 * 3 / (4.0 / 3 + 2 + 4), metrics.HarmonicMean, 1e-9);
        double F1(double precision, double recall) => 2 * precision * recall / (precision + recall);
        Assert.Equal(100 * (F1(3.0 / 7, 3.0 / 4) + F1(1.0 / 2, 1.0 / 2) + F1(1, 1.0 / 4)) / 3, metrics.MacroF1, 1e-9);
        Assert.Equal((2, 25.0, 0), (metrics.WorstClass, metrics.Worst, metrics.ClassesNeverRight));
    }

    [Fact]
    public void AClassThatIsNeverRightMakesTheHarmonicMeanZero()
    {
        ClassificationMetrics metrics = ClassificationMetrics.Compute(Outcomes((0, 0), (1, 0), (2, -1)), s_training);
        Assert.Equal((0.0, 2, 1), (metrics.HarmonicMean, metrics.ClassesNeverRight, metrics.WorstClass));
    }

    [Fact]
    public void ConfidenceIsTheSoftmaxOfThePrediction()
    {
        var builder = new ClassificationMetricsBuilder(s_training);
        builder.Add([1, 2], [1, 3, 2, 0, float.NaN, 0, 0, 0], [7, 9]);
        double expected = Math.Exp(3) / (Math.Exp(1) + Math.Exp(3) + Math.Exp(2) + 1);
        Assert.Equal(expected, builder.Outcomes[0].Confidence!.Value, 1e-6);
        Assert.Equal(new ImageOutcome(7, 1, 1, true, builder.Outcomes[0].Confidence), builder.Outcomes[0]);
        Assert.Equal(new ImageOutcome(9, 2, -1, false), builder.Outcomes[1]);
        Assert.Contains(
            "1 labels with 2 indices",
            Assert.Throws<LiftPlusException>(() => builder.Add([0], [0, 0, 0, 0], [1, 2])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void CalibrationErrorFollowsItsEquation()
    {
        // Two bins of fifteen: (3/15, 4/15] with confidences 0.22 and 4/15, one right; (12/15, 13/15] with three of 0.85, all right.
        ImageOutcome[] outcomes =
        [
            new(0, 0, 0, true, 0.22f),
            new(1, 0, 1, true, 4 / 15f),
            new(2, 0, 0, true, 0.85f),
            new(3, 1, 1, true, 0.85f),
            new(4, 1, 1, true, 0.85f),
            new(5, 1, -1, false),
        ];
        Calibration calibration = Calibration.From(outcomes)!;
        double low = (0.22 + 4 / 15.0) / 2;
        Assert.Equal(100 * (2 / 5.0 * Math.Abs(0.5 - low) + 3 / 5.0 * Math.Abs(1 - 0.85)), calibration.Error, 1e-5);
        Assert.Equal(100 * (2 * low + 3 * 0.85 - 4) / 5, calibration.Overconfidence, 1e-5);
        Assert.Equal((5, 15), (calibration.Count, calibration.Bins.Length));
        Assert.Equal((2, 50.0), (calibration.Bins[3].Count, calibration.Bins[3].Accuracy));
        Assert.Equal((3, 100.0), (calibration.Bins[12].Count, calibration.Bins[12].Accuracy));
        Assert.Null(calibration.Bins[0].Confidence);
        Assert.Null(Calibration.From(outcomes[5..]));
    }

    [Fact]
    public void ImagesOfOneProbabilityAreCalibrated()
    {
        var random = new Random(3);
        float[] levels = [0.3f, 0.55f, 0.95f];
        IEnumerable<ImageOutcome> outcomes = Enumerable
            .Range(0, 60_000)
            .Select(i => new ImageOutcome(i, 0, random.NextSingle() < levels[i % 3] ? 0 : 1, true, levels[i % 3]));
        Assert.InRange(Calibration.From(outcomes)!.Error, 0, 1); // the deviation of a bin's accuracy is 0.4 at most
    }

    [Fact]
    public void MostConfusedPairsComeFirst()
    {
        ImageOutcome[] outcomes = Outcomes((0, 1), (0, 1), (0, 0), (1, 0), (1, 0), (2, 0), (2, -1), (2, 2));
        Assert.Equal(
            [new ConfusedPair(1, 0, 2, 100), new ConfusedPair(0, 1, 2, 200 / 3.0), new ConfusedPair(2, 0, 1, 100 / 3.0)],
            ConfusedPair.Find(outcomes, 10)
        );
        Assert.Single(ConfusedPair.Find(outcomes, 1));
    }

    private static ImageOutcome[] Outcomes(params (int Label, int Predicted)[] images) =>
        [.. images.Select((image, i) => new ImageOutcome(i, image.Label, image.Predicted))];
}
