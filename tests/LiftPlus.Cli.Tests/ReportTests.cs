using System.Text.Json;

namespace LiftPlus.Cli.Tests;

[Collection(nameof(ToolFixture))]
public sealed class ReportTests(ToolFixture fixture)
{
    [Fact]
    public async Task OneEvaluation_IsAPageWithItsMistakesAndItsTraining()
    {
        string metrics = fixture["metrics.jsonl"];
        Assert.Equal(0, (await ToolRun.RunAsync(fixture.TrainArguments("measured", "--metrics", metrics))).Code);
        string evaluation = await EvaluationAsync("single.json");
        string page = fixture["single.html"];
        ToolRun run = await ToolRun.RunAsync(
            "report",
            evaluation,
            "--title",
            "Shapes <3",
            "--test",
            fixture.Test,
            "--metrics",
            metrics,
            "--output",
            page
        );
        Assert.True(run.Code == 0, run.Messages);
        Assert.Equal($"The page is {page}.\n", run.Output);
        string html = File.ReadAllText(page);
        Assert.Contains("Shapes &lt;3", html, StringComparison.Ordinal);
        Assert.Contains("data:image/", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeveralEvaluations_AreComparedByMethodAndSeed()
    {
        string first = await EvaluationAsync("a.json"),
            second = await EvaluationAsync("b.json", "--tte");
        string page = fixture["several.html"];
        ToolRun run = await ToolRun.RunAsync("report", $"Plain={first}", $"Plain={second}", second, "--output", page, "--json");
        Assert.True(run.Code == 0, run.Messages);
        Assert.Equal(page, JsonDocument.Parse(run.Output).RootElement.GetProperty("report").GetString());
        string html = File.ReadAllText(page);
        Assert.Contains("Methods side by side", html, StringComparison.Ordinal);
        Assert.Contains("Plain", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatIsNoEvaluation_IsNamed()
    {
        File.WriteAllText(fixture["other.json"], "{}");
        ToolRun run = await ToolRun.RunAsync("report", fixture["other.json"]);
        Assert.Equal(1, run.Code);
        Assert.StartsWith(fixture["other.json"], run.Messages, StringComparison.Ordinal);
    }

    private async Task<string> EvaluationAsync(string name, params string[] more)
    {
        ToolRun run = await ToolRun.RunAsync(["evaluate", fixture.Model, fixture.Test, "--json", .. more]);
        File.WriteAllText(fixture[name], run.Output);
        return fixture[name];
    }
}
