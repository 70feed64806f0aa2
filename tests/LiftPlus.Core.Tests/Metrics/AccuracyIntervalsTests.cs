using LiftPlus.Metrics;

namespace LiftPlus.Core.Tests.Metrics;

public sealed class AccuracyIntervalsTests
{
    [Theory]
    [InlineData(40, 0.3)]
    [InlineData(500, 0.9)]
    [InlineData(7, 0.001)]
    [InlineData(20_000, 0.5)]
    public void DrawsAreBinomial(int n, double p)
    {
        var table = new BinomialTable(n, p);
        var random = new Random(1);
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(_ => (double)table.Draw(random))];
        double mean = draws.Average(),
            deviation = Math.Sqrt(n * p * (1 - p));
        Assert.InRange(draws.Min(), 0, n);
        Assert.InRange(draws.Max(), 0, n);
        Assert.Equal(n * p, mean, 5 * deviation / Math.Sqrt(draws.Length)); // five standard errors
        Assert.Equal(deviation * deviation, draws.Sum(x => (x - mean) * (x - mean)) / draws.Length, 0.1 * deviation * deviation);
    }

    [Fact]
    public void IntervalsHaveTheWidthOfTheNormalLimit()
    {
        // 4 classes of 400 images; the mean's standard error is √(Σ p(1-p)/n) / C.
        double[] p = [0.9, 0.6, 0.5, 0.2];
        var training = new ClassDistribution(["a", "b", "c", "d"], [500, 50, 5, 5]);
        AccuracyIntervals intervals = AccuracyIntervals.Bootstrap(Outcomes(400, p), training, seed: 5, resamples: 20_000);
        double error = 100 * Math.Sqrt(p.Sum(x => x * (1 - x) / 400)) / 4;
        Assert.Equal(1.96 * error, intervals.MeanClass.HalfWidth, 0.1 * error);
        Assert.True(intervals.MeanClass.Contains(55));
        Assert.Equal(1.96 * 100 * Math.Sqrt((0.25 + 0.16) / 400) / 2, intervals.Few!.Value.HalfWidth, 0.1);
        Assert.Equal(intervals.MeanClass.HalfWidth, intervals.Overall.HalfWidth, 1e-9); // the classes are of one size
        Assert.Null(intervals.Top5);
    }

    [Fact]
    public void DrawingImagesOneByOneGivesTheSameIntervals()
    {
        var training = new ClassDistribution(["a", "b", "c"], [500, 500, 5]);
        ImageOutcome[] outcomes = [.. Outcomes(30, [0.8]), .. Outcomes(10, [0, 0.5, 0.3]).Where(outcome => outcome.Label > 0)];
        AccuracyIntervals intervals = AccuracyIntervals.Bootstrap(outcomes, training, resamples: 20_000);
        var random = new Random(11);
        ImageOutcome[][] classes = [.. outcomes.GroupBy(outcome => outcome.Label).Select(group => group.ToArray())];
        double[] overall = new double[20_000],
            many = new double[20_000];
        for (int draw = 0; draw < overall.Length; draw++)
        {
            int[] right = [.. classes.Select(images => images.Count(_ => random.GetItems(images, 1)[0].IsCorrect))];
            overall[draw] = 100.0 * right.Sum() / outcomes.Length;
            many[draw] = (100.0 * right[0] / 30 + 100.0 * right[1] / 10) / 2;
        }

        Same(overall, intervals.Overall);
        Same(many, intervals.Many!.Value);

        static void Same(double[] draws, Interval interval)
        {
            Array.Sort(draws);
            Assert.Equal(draws[(int)(0.025 * draws.Length)], interval.Low, 2.1); // one image more or less is 2 points
            Assert.Equal(draws[(int)(0.975 * draws.Length)], interval.High, 2.1);
        }
    }

    [Fact]
    public void TheSeedDecidesAndEmptyGroupsHaveNone()
    {
        var training = new ClassDistribution(["a", "b"], [500, 5]);
        ImageOutcome[] outcomes = Outcomes(40, [0.5]);
        AccuracyIntervals one = AccuracyIntervals.Bootstrap(outcomes, training, seed: 1);
        Assert.Equal(one, AccuracyIntervals.Bootstrap(outcomes, training, seed: 1));
        Assert.Null(one.Few);
        Assert.Null(one.Medium);
        Assert.Equal(new Interval(100, 100), AccuracyIntervals.Bootstrap(Outcomes(5, [1]), training).Overall);
        Assert.Throws<LiftPlusException>(() => AccuracyIntervals.Bootstrap([], training));
        Assert.Throws<ArgumentOutOfRangeException>(() => AccuracyIntervals.Bootstrap(outcomes, training, level: 1));
    }

    private static ImageOutcome[] Outcomes(int each, double[] accuracy) =>
        [
            .. accuracy.SelectMany(
                (p, label) => Enumerable.Range(0, each).Select(i => new ImageOutcome(0, label, i < Math.Round(p * each) ? label : -1))
            ),
        ];
}
