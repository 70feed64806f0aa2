namespace LiftPlus.House.Tests;

public sealed class LineWidthTests
{
    private const int Widest = 140;

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
            from line in file.Text.Split('\n').Select((text, index) => (Number: index + 1, Width: text.TrimEnd('\r').Length))
            where line.Width > Widest
            select $"{file.Path}:{line.Number} has {line.Width} columns"
        );
    }
}
