namespace LiftPlus.Cli.Tests;

[Collection(nameof(ToolFixture))]
public sealed class EvaluateTests(ToolFixture fixture)
{
    [Fact]
    public async Task TheReportIsMarkdown_AndAPage()
    {
        string page = fixture["evaluate.html"];
        ToolRun run = await ToolRun.RunAsync("evaluate", fixture.Model, fixture.Test, "--tte", "--report", page);
        Assert.True(run.Code == 0, run.Messages);
        Assert.StartsWith("| accuracy % | overall | mean |", run.Output, StringComparison.Ordinal);
        Assert.Contains("Evaluating: 100 %", run.Messages, StringComparison.Ordinal);
        Assert.Contains($"The page with charts and mistakes is {page}.", run.Messages, StringComparison.Ordinal);
        Assert.Contains("6 test images of 3 classes", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheJsonIsAnEvaluationThatTheLibraryReads()
    {
        ToolRun run = await ToolRun.RunAsync("evaluate", fixture.Model, fixture.Test, "--json");
        Assert.True(run.Code == 0, run.Messages);
        using FineTunedModel model = FineTunedModel.Load(fixture.Model);
        Assert.Equal(model.Evaluate(ImageDataset.FromFolder(fixture.Test)).Outcomes, EvaluationReport.FromJson(run.Output).Outcomes);
    }

    [Fact]
    public async Task AnUnreadableImage_IsAnErrorOrLeftOut()
    {
        string place = Directory.CreateDirectory(fixture["damaged"]).FullName;
        string folder = Directory.CreateDirectory(Path.Combine(place, ToolFixture.ClassNames[0])).FullName;
        File.Copy(Path.Combine(fixture.Test, ToolFixture.ClassNames[0], "0.png"), Path.Combine(folder, "0.png"), overwrite: true);
        File.WriteAllText(Path.Combine(folder, "1.png"), "no image");
        ToolRun fails = await ToolRun.RunAsync("evaluate", fixture.Model, place);
        Assert.Equal(1, fails.Code);
        Assert.Contains("1.png", fails.Messages, StringComparison.Ordinal);
        ToolRun skips = await ToolRun.RunAsync("evaluate", fixture.Model, place, "--unreadable", "Skip");
        Assert.Equal(0, skips.Code);
        Assert.Contains("| 1 images |", skips.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-model", "test")]
    [InlineData("model", "no-images")]
    [InlineData("model", "test", "--device", "abacus")]
    [InlineData("model", "test", "--backbone", "no-backbone/")]
    public async Task ABadInput_IsNamed(string model, string test, params string[] more)
    {
        ToolRun run = await ToolRun.RunAsync(["evaluate", fixture[model], fixture[test], .. more]);
        Assert.Equal(1, run.Code);
        Assert.Empty(run.Output);
        string named = more.LastOrDefault() ?? (model == "model" ? test : model);
        Assert.Contains(named.TrimEnd('/'), run.Messages, StringComparison.Ordinal);
    }
}
