using LiftPlus.Cli.Outputs;

namespace LiftPlus.Cli.Tests;

[Collection(nameof(ToolFixture))]
public sealed class HintTests(ToolFixture fixture)
{
    [Theory]
    [InlineData("nothing to say", "nothing to say")]
    [InlineData("Set ModelLoadOptions.Backbone.", "On the command line, ModelLoadOptions.Backbone is --backbone PLACE.")]
    [InlineData("links (AllowOutsideRoot allows them)", "On the command line, AllowOutsideRoot is --follow-links.")]
    public void AMessageIsFollowedByItsOptions(string message, string lastLine) =>
        Assert.Equal(lastLine, Hints.Add(message).Split(Environment.NewLine)[^1]);

    [Fact]
    public async Task AModelWhoseBackboneIsGone_NamesTheOption()
    {
        string backbone = Directory.CreateDirectory(fixture["moved"]).FullName;
        foreach (string file in Directory.GetFiles(ToolFixture.Backbone))
            File.Copy(file, Path.Combine(backbone, Path.GetFileName(file)), overwrite: true);
        ToolRun train = await ToolRun.RunAsync(
            "train",
            "--backbone",
            backbone,
            "--train",
            fixture.Train,
            "--epochs",
            "1",
            "--output",
            fixture["orphan"]
        );
        Assert.True(train.Code == 0, train.Messages);
        Directory.Move(backbone, fixture["elsewhere"]);
        string[] arguments = ["predict", fixture["orphan"], fixture.Test];
        ToolRun lost = await ToolRun.RunAsync(arguments);
        Assert.Equal(1, lost.Code);
        Assert.Contains("is --backbone PLACE", lost.Messages, StringComparison.Ordinal);
        ToolRun found = await ToolRun.RunAsync([.. arguments, "--backbone", fixture["elsewhere"]]);
        Assert.True(found.Code == 0, found.Messages);
    }
}
