using LiftPlus.Metrics;

namespace LiftPlus.Core.Tests.Metrics;

public sealed class PairedBootstrapTests
{
    private static readonly ClassDistribution s_training = new(["a", "b"], [500, 5]);

    [Fact]
    public void WidthIsThatOfTheDiscordantImages()
    {
        // Of 500 images, only the first method classifies 60 correctly, and only the second 30.
        // The variance of the difference of one image is (b + c)/n - ((b - c)/n)².
        ImageDifference[] images =
        [
            .. Enumerable
                .Range(0, 500)
                .Select(i => new ImageDifference(
                    0,
                    i < 60 ? 1
                        : i < 90 ? -1
                        : 0
                )),
        ];
        AccuracyIntervals intervals = PairedBootstrap.Intervals([images], s_training, seed: 2, resamples: 20_000);
        double error = 100 * Math.Sqrt((90 / 500.0 - Math.Pow(30 / 500.0, 2)) / 500);
        Assert.Equal(6 - 1.96 * error, intervals.Overall.Low, 0.15 * error);
        Assert.Equal(6 + 1.96 * error, intervals.Overall.High, 0.15 * error);
        Assert.Equal(intervals.Overall, intervals.Many);
        Assert.Null(intervals.Few);
        Assert.Null(intervals.Top5);
    }

    [Fact]
    public void TestSetsOfTheirOwnAverageOut()
    {
        ImageDifference[] images =
        [
            .. Enumerable
                .Range(0, 400)
                .Select(i => new ImageDifference(
                    i % 2,
                    i < 100 ? 1
                        : i < 160 ? -1
                        : 0,
                    0
                )),
        ];
        double one = PairedBootstrap.Intervals([images], s_training, resamples: 20_000).Overall.HalfWidth;
        AccuracyIntervals four = PairedBootstrap.Intervals([images, images, images, images], s_training, resamples: 20_000);
        Assert.Equal(one / 2, four.Overall.HalfWidth, 0.05 * one);
        Assert.Equal(new Interval(0, 0), four.Top5);
        Assert.True(four.Few!.Value.Contains(10));
    }

    [Fact]
    public void AveragedSeedsAreDrawnTogether()
    {
        // Half-right images of two seeds: a variance of a quarter.
        ImageDifference[] images = [.. Enumerable.Range(0, 1000).Select(i => new ImageDifference(0, i % 2 == 0 ? 0.5 : -0.5))];
        double half = PairedBootstrap.Intervals([images], s_training, resamples: 20_000).Overall.HalfWidth;
        Assert.Equal(1.96 * 100 * 0.5 / Math.Sqrt(1000), half, 0.15);
    }

    [Fact]
    public void EmptyTestSetsAreNamed() =>
        Assert.Contains(
            "no test image in common",
            Assert
                .Throws<LiftPlusException>(() =>
                    PairedBootstrap.Intervals(
                        [
                            [],
                        ],
                        s_training
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
}
