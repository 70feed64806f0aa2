using LiftPlus.Adapters;

namespace LiftPlus.Adapters.Tests;

public sealed class BottleneckRuleTests
{
    [Theory]
    [InlineData(1, 2, 12, 1)]
    [InlineData(47, 2, 12, 1)]
    [InlineData(48, 2, 12, 2)]
    [InlineData(95, 2, 12, 2)]
    [InlineData(96, 2, 12, 4)]
    [InlineData(1_000, 2, 12, 32)]
    [InlineData(8_142, 1, 12, 512)]
    [InlineData(int.MaxValue, 1, 1, 1 << 30)]
    public void IsTheLargestPowerOfTwoNotAboveTheQuotient(int classes, int vectors, int layers, int expected) =>
        Assert.Equal(expected, BottleneckRule.Auto(classes, vectors, layers));
}
