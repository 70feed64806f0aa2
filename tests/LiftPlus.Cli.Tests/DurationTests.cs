using LiftPlus.Cli.Inputs;

namespace LiftPlus.Cli.Tests;

public sealed class DurationTests
{
    [Theory]
    [InlineData("45s", "00:00:45")]
    [InlineData("90m", "01:30:00")]
    [InlineData("1.5H", "01:30:00")]
    [InlineData("2d", "2.00:00:00")]
    [InlineData("01:30:00", "01:30:00")]
    public void ADurationIsRead(string text, string expected) => Assert.Equal(TimeSpan.Parse(expected), Duration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("90")]
    [InlineData("-1h")]
    [InlineData("1e400d")]
    [InlineData("99999999999999d")]
    [InlineData("a:b")]
    public void AnythingElseIsNone(string text) => Assert.Null(Duration.Parse(text));
}
