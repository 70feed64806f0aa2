using LiftPlus.Experiments.PaperClaims;

namespace LiftPlus.Experiments.Tests.PaperClaims;

public sealed class CrossingTests
{
    [Fact]
    public void ACrossingIsInterpolatedBetweenTheRungsAroundIt()
    {
        // From -6 at 40 to +2 at 80: three quarters of the way.
        var crossing = Crossing.Of([Point(80, 2, 1), Point(20, -9, 1), Point(40, -6, 1)]);
        Assert.Equal(70, Assert.Single(crossing.Places), 9);
        Assert.True(crossing.IsShown);
        Assert.Equal((40, 80), (crossing.Below!.ZeroShot, crossing.Above!.ZeroShot));
        Assert.Equal("shown: LIFT+ overtakes between zero-shot accuracies of 40 and 80 %, at about 70 %", crossing.Text);
    }

    [Fact]
    public void RungsInsideTheNoiseWidenTheBracket()
    {
        var crossing = Crossing.Of([Point(20, -5, 2), Point(40, -1, 2), Point(60, 1, 2), Point(80, 5, 2)]);
        Assert.Equal(50, Assert.Single(crossing.Places), 9);
        Assert.Equal((20, 80), (crossing.Below!.ZeroShot, crossing.Above!.ZeroShot));
        Assert.True(crossing.IsShown);
    }

    [Fact]
    public void ACrossingThatNoRungBeyondItShowsIsInsideTheNoise()
    {
        var crossing = Crossing.Of([Point(20, -5, 2), Point(80, 1, 2)]);
        Assert.False(crossing.IsShown);
        Assert.Null(crossing.Above);
        Assert.StartsWith("inside the noise: LIFT+ overtakes at a zero-shot accuracy of about 70 %", crossing.Text);
    }

    [Fact]
    public void HeavyFineTuningCanOvertakeToo()
    {
        var crossing = Crossing.Of([Point(20, 4, 1), Point(60, -4, 1)]);
        Assert.True(crossing.IsShown);
        Assert.Equal("shown: full fine-tuning overtakes between zero-shot accuracies of 20 and 60 %, at about 40 %", crossing.Text);
    }

    [Theory]
    [InlineData(-3.0, -2.0, -1.0, "no crossing: full fine-tuning is ahead on all 3 foundations, clearly on 2")]
    [InlineData(1.0, 2.0, 3.0, "no crossing: LIFT+ is ahead on all 3 foundations, clearly on 2")]
    [InlineData(-3.0, 3.0, -3.0, "no single crossing: the sign changes 2 times")]
    [InlineData(-3.0, 0.0, -3.0, "no crossing: full fine-tuning is not behind on any of 3 foundations, clearly ahead on 2")]
    public void ThereMayBeNoCrossingOrMany(double first, double second, double third, string expected)
    {
        var crossing = Crossing.Of([Point(20, first, 1.5), Point(40, second, 1.5), Point(60, third, 1.5)]);
        Assert.False(crossing.IsShown);
        Assert.Equal(expected, crossing.Text);
    }

    [Fact]
    public void OneRungIsTooFew() => Assert.Equal("too few runs", Crossing.Of([Point(20, 3, 1)]).Text);

    private static LadderPoint Point(double zeroShot, double mean, double half) => new(zeroShot, mean, mean - half, mean + half);
}
