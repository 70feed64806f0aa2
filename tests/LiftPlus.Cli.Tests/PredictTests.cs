using System.Text.Json;

namespace LiftPlus.Cli.Tests;

[Collection(nameof(ToolFixture))]
public sealed class PredictTests(ToolFixture fixture)
{
    private string Image => Path.Combine(fixture.Test, ToolFixture.ClassNames[0], "0.png");

    [Fact]
    public async Task AFolderGivesALineForEachImage()
    {
        ToolRun run = await ToolRun.RunAsync("predict", fixture.Model, fixture.Test);
        Assert.True(run.Code == 0, run.Messages);
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("path,class,probability,error", lines[0]);
        Assert.Equal(7, lines.Length);
        using FineTunedModel model = FineTunedModel.Load(fixture.Model);
        Prediction first = model.Predict(Image);
        Assert.StartsWith($"{Image},{first.ClassName},0.", lines[1], StringComparison.Ordinal);
        Assert.Contains("Classifying: 100 %, 6 of 6 images", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoreClassesAreMoreColumns_AtMostOneForEachClass()
    {
        ToolRun run = await ToolRun.RunAsync("predict", fixture.Model, Image, "--top", "9", "--tte");
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("path,class,probability,class2,probability2,class3,probability3,error", lines[0]);
        Assert.Equal(8, Assert.Single(lines[1..]).Split(',').Length);
    }

    [Fact]
    public async Task AListFromTheStandardInput_GivesOneJsonObjectALine()
    {
        ToolRun run = await ToolRun.RunAsync(
            ["predict", fixture.Model, "-", "--format", "JsonLines", "--top", "2"],
            input: $"{Image}\n\n{Image}\n"
        );
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        JsonElement prediction = JsonDocument.Parse(lines[1]).RootElement;
        Assert.Equal(Image, prediction.GetProperty("path").GetString());
        Assert.Equal(2, prediction.GetProperty("top").GetArrayLength());
        Assert.Contains(prediction.GetProperty("top")[0].GetProperty("className").GetString()!, ToolFixture.ClassNames);
    }

    [Fact]
    public async Task AnUnreadableImage_HasItsReason_AndTheOthersTheirClasses()
    {
        string bad = fixture["a, bad one.png"];
        File.WriteAllText(bad, "no image");
        ToolRun csv = await ToolRun.RunAsync("predict", fixture.Model, bad, Image);
        Assert.Equal(1, csv.Code);
        Assert.Contains("1 of 2 images cannot be read", csv.Messages, StringComparison.Ordinal);
        string[] lines = csv.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith($"\"{bad}\",,,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith(Image, lines[2], StringComparison.Ordinal);

        ToolRun json = await ToolRun.RunAsync("predict", fixture.Model, bad, Image, "--json");
        Assert.Equal(1, json.Code);
        JsonElement predictions = JsonDocument.Parse(json.Output).RootElement.GetProperty("predictions");
        Assert.Equal("unreadable", predictions[0].GetProperty("error").GetProperty("code").GetString());
        Assert.False(predictions[1].TryGetProperty("error", out _));
    }

    [Fact]
    public async Task FoldersAreReadWithTheirSubfolders_WithoutLinksToFolders()
    {
        string place = Directory.CreateDirectory(fixture["tree/deep"]).Parent!.FullName;
        File.Copy(Image, Path.Combine(place, "deep", "A.PNG"), overwrite: true);
        File.WriteAllText(Path.Combine(place, "notes.txt"), "");
        if (!OperatingSystem.IsWindows()) // where links need a privilege
            Directory.CreateSymbolicLink(Path.Combine(place, "deep", "circle"), place);
        ToolRun run = await ToolRun.RunAsync("predict", fixture.Model, place);
        Assert.True(run.Code == 0, run.Messages);
        string line = Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]);
        Assert.StartsWith(Path.Combine(place, "deep", "A.PNG"), line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APlaceWithoutImages_IsNamedBeforeTheModelIsLoaded()
    {
        Directory.CreateDirectory(fixture["empty"]);
        ToolRun empty = await ToolRun.RunAsync("predict", "no-model", fixture["empty"]);
        Assert.Equal(1, empty.Code);
        Assert.Contains($"The folder '{fixture["empty"]}' has no image.", empty.Messages, StringComparison.Ordinal);
        ToolRun missing = await ToolRun.RunAsync("predict", "no-model", fixture["missing.png"]);
        Assert.Contains($"There is no file or folder '{fixture["missing.png"]}'.", missing.Messages, StringComparison.Ordinal);
    }
}
