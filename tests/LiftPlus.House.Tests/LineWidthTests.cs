namespace LiftPlus.House.Tests;

public sealed class LineWidthTests
{
    private const int Widest = 140;

    // These are still to be wrapped. The list only gets shorter.
    private static readonly string[] s_unwrapped = ["src/LiftPlus/", "src/LiftPlus.Core/"];

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("samples")]
    [InlineData("benchmarks")]
    [InlineData("experiments")]
    public void NoLineIsWiderThanAPage(string folder)
    {
        (string Path, string Text)[] files = [.. SourceFiles.Below(folder)];
        Assert.NotEmpty(files);
        Assert.Empty(
            from file in files
            where !s_unwrapped.Any(start => file.Path.StartsWith(start, StringComparison.Ordinal))
            from line in file.Text.Split('\n').Select((text, index) => (Number: index + 1, Width: text.TrimEnd('\r').Length))
            where line.Width > Widest
            select $"{file.Path}:{line.Number} has {line.Width} columns"
        );
    }
}
