using LiftPlus.Decisions;
using LiftPlus.Metrics;

namespace LiftPlus.Tests.Decisions;

public sealed class LabelingTests
{
    private static readonly TailWorld s_world = new(1, classes: 6, noise: 0.5);

    [Fact]
    public void TheSmallestMarginsComeFirst()
    {
        Rows p = P(s_world.Draw(60));
        double[] margins =
        [
            .. Enumerable.Range(0, 60).Select(row => p[row].ToArray().OrderDescending().ToArray()).Select(s => (double)s[0] - s[1]),
        ];
        Assert.Equal(Enumerable.Range(0, 60).OrderBy(row => margins[row]).Take(20), LabelingOrder.ByMargin(p, 20));
    }

    [Fact]
    public void TheTailWeightedChoiceIsTheGreedyOne()
    {
        Rows p = P(s_world.Draw(80));
        int[] counts = [50, 20, 8, 3, 1, 0];
        double[] have = [.. counts.Select(count => count + 1.0)];
        List<int> expected = [];
        while (expected.Count < 30)
        {
            int best = Enumerable
                .Range(0, 80)
                .Except(expected)
                .MaxBy(row => (1 - LabelingOrder.Margin(p[row])) * p[row].ToArray().Select((value, c) => value / have[c]).Sum());
            expected.Add(best);
            for (int c = 0; c < have.Length; c++)
                have[c] += p[best][c];
        }

        Assert.Equal(expected, LabelingOrder.ByTail(p, counts, 30));
        Assert.Equal(80, LabelingOrder.ByTail(p, counts, 1000).Distinct().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheCoveringChoiceIsTheFarthestEachTime(bool hasLabels)
    {
        Rows units = s_world.Draw(70).Features.Normalized();
        Rows? labeled = hasLabels ? s_world.Draw(5).Features.Normalized() : null;
        int[] chosen = LabelingOrder.ByCoverage(units, labeled, 25, CancellationToken.None);
        List<float[]> centres = [];
        for (int row = 0; row < (labeled?.Count ?? 0); row++)
            centres.Add(labeled!.Value[row].ToArray());
        foreach ((int i, int row) in chosen.Index())
        {
            if (centres.Count > 0)
            {
                double own = Farness(row);
                Assert.All(Enumerable.Range(0, 70).Except(chosen[..i]), other => Assert.True(Farness(other) <= own + 1e-6));
            }

            centres.Add(units[row].ToArray());
        }

        double Farness(int row) => centres.Min(centre => 1 - (double)Vectors.Dot(centre, units[row]));
    }

    [Fact]
    public void TheOrderOfImagesChangesNoChoice()
    {
        ScoredImages drawn = s_world.Draw(60);
        int[] order = [.. Enumerable.Range(0, 60)];
        new Random(2).Shuffle(order);
        ScoredImages moved = Splits.Take(drawn, order);
        int[] counts = [9, 5, 3, 2, 1, 1];
        Assert.Equal(LabelingOrder.ByTail(P(drawn), counts, 20), LabelingOrder.ByTail(P(moved), counts, 20).Select(row => order[row]));
        Assert.Equal(
            LabelingOrder.ByCoverage(drawn.Features.Normalized(), null, 20, CancellationToken.None),
            LabelingOrder.ByCoverage(moved.Features.Normalized(), null, 20, CancellationToken.None).Select(row => order[row])
        );
    }

    [Theory]
    [InlineData(0.9, 0.6, 0.5)]
    [InlineData(1, 0.4, 1)]
    [InlineData(0.7, 0.7, 1.7)]
    public void ACurveIsRecoveredFromItsPoints(double a, double b, double c)
    {
        LearningCurve curve = new(a, b, c);
        int[] sizes = CurveSample.SizesUpTo(40);
        LearningCurve found = LearningCurve.Fit(sizes, [.. sizes.Select(size => curve.At(size))]);
        Assert.Equal((a, b, c), (Math.Round(found.A, 6), Math.Round(found.B, 6), Math.Round(found.C, 6)));
        double target = a - 0.05;
        Assert.Equal(target, curve.At(curve.ImagesFor(target)), precision: 9);
        Assert.Equal(double.PositiveInfinity, curve.ImagesFor(a));
        Assert.Equal(1, curve.ImagesFor(a - b));
    }

    [Fact]
    public void AFittedCurveNeverFallsAndNeverPassesOne()
    {
        var random = new Random(3);
        int[] sizes = CurveSample.SizesUpTo(30);
        for (int i = 0; i < 50; i++)
        {
            LearningCurve found = LearningCurve.Fit(sizes, [.. sizes.Select(_ => random.NextDouble())]);
            Assert.InRange(found.A, 0, 1);
            Assert.True(found.B >= 0);
        }
    }

    [Fact]
    public void SizesAreAboutEvenlySpacedInTheLogarithm() => Assert.Equal([1, 2, 3, 4, 6, 8, 12, 16], CurveSample.SizesUpTo(20));

    [Fact]
    public void IntervalsOfForecastsMostlyHaveTheTruthOfAKnownCurve()
    {
        LearningCurve truth = new(0.95, 0.7, 0.5);
        double needed = truth.ImagesFor(0.89) - 120;
        (int More, Interval Range)?[] forecasts =
        [
            .. Enumerable.Range(0, 20).Select(seed => ForecastFit.Of(Sample(truth, seed), 0.89, seed: 0)),
        ];
        var told = forecasts.OfType<(int More, Interval Range)>().ToArray();
        Assert.True(told.Length > 10);
        Assert.All(told, forecast => Assert.InRange(forecast.More, forecast.Range.Low, forecast.Range.High));
        Assert.True(told.Count(forecast => forecast.Range.Low - 1 <= needed && needed <= forecast.Range.High + 1) > 0.7 * told.Length);
        Assert.Equal(0, ForecastFit.Of(Sample(truth, 0), 0.5, seed: 0)!.Value.More);
        Assert.Null(ForecastFit.Of(Sample(truth, 0), 0.99, seed: 0)); // beyond
        Assert.Null(ForecastFit.Of(Sample(new LearningCurve(0.6, 0, 1), 0), 0.8, seed: 0)); // flat
    }

    [Fact]
    public void ClassesWithFewImagesAndTargetsOutOfReachAreNotForecast()
    {
        int[] labels = [.. Enumerable.Repeat(0, 60), .. Enumerable.Repeat(1, 60), .. Enumerable.Repeat(2, 7)];
        ScoredImages drawn = new TailWorld(5, 4, width: 3, noise: 1.5).Draw(labels); // the last class has no image
        string[] names = ["a", "b", "c", "d"];
        ImageForecast[] easy = ForecastFit.Of(drawn.Features, labels, names, 0.05, seed: 0, CancellationToken.None);
        Assert.Equal(["a", "b", "c"], easy.Select(forecast => forecast.ClassName));
        Assert.Equal(0, easy[0].More);
        Assert.Equal(new ImageForecast("c", 7, null, 5, null, null), easy[2]);
        ImageForecast[] hard = ForecastFit.Of(drawn.Features, labels, names, 0.9999, seed: 0, CancellationToken.None);
        Assert.All(hard, forecast => Assert.Null(forecast.More));
        Assert.InRange(hard[0].Accuracy!.Value, 0, 99);
        Assert.Equal(hard, ForecastFit.Of(drawn.Features, labels, names, 0.9999, seed: 0, CancellationToken.None));
    }

    private static Rows P(ScoredImages images) => VoterWeights.Combine([images.Logits], [1]);

    // Every image is recognised as often as the curve says, up to chance.
    private static CurveSample Sample(LearningCurve truth, int seed)
    {
        var random = new Random(seed);
        int[] sizes = CurveSample.SizesUpTo(90);
        double[,] hits = new double[120, sizes.Length];
        for (int row = 0; row < 120; row++)
        {
            for (int s = 0; s < sizes.Length; s++)
                hits[row, s] = Enumerable.Range(0, 10).Average(_ => random.NextDouble() < truth.At(sizes[s]) ? 1.0 : 0);
        }

        return new CurveSample(sizes, hits);
    }
}
