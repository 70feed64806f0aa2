using System.Text.Json;

namespace LiftPlus.Cli.Tests;

[Collection(nameof(ToolFixture))]
public sealed class AuditTests(ToolFixture fixture)
{
    [Fact]
    public async Task TheFindingsAreMarkdown_AndAPage()
    {
        string place = WithCopies("audited");
        string page = fixture["audit.html"];
        ToolRun run = await ToolRun.RunAsync("audit", fixture.Model, place, "--test", fixture.Test, "--report", page);
        Assert.True(run.Code == 0, run.Messages);
        Assert.StartsWith("| found | images |", run.Output, StringComparison.Ordinal);
        Assert.Contains("| TestCopy | 1 |", run.Output, StringComparison.Ordinal);
        Assert.Contains("| ConflictingLabel | 1 |", run.Output, StringComparison.Ordinal);
        Assert.Contains("Checking: 100 %", run.Messages, StringComparison.Ordinal);
        string html = File.ReadAllText(page);
        Assert.Contains("Also in the test set", html, StringComparison.Ordinal);
        Assert.Contains("data:image/jpeg", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheJsonNamesImagesAndClasses()
    {
        ToolRun run = await ToolRun.RunAsync("audit", fixture.Model, WithCopies("listed"), "--json");
        Assert.True(run.Code == 0, run.Messages);
        JsonElement copy = JsonDocument
            .Parse(run.Output)
            .RootElement.GetProperty("findings")
            .EnumerateArray()
            .Single(finding => finding.GetProperty("kind").GetString() == "copy");
        Assert.EndsWith("0.png", copy.GetProperty("copyOf").GetString()!, StringComparison.Ordinal);
        Assert.Equal(ToolFixture.ClassNames[1], copy.GetProperty("class").GetString());
    }

    // The training images, a test image, and an image of the first class in the folder of the second.
    private string WithCopies(string name)
    {
        string place = fixture[name];
        foreach (string file in Directory.EnumerateFiles(fixture.Train, "*.png", SearchOption.AllDirectories))
        {
            string to = Path.Combine(place, Path.GetRelativePath(fixture.Train, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to, overwrite: true);
        }

        (string first, string second) = (ToolFixture.ClassNames[0], ToolFixture.ClassNames[1]);
        File.Copy(Path.Combine(fixture.Train, first, "0.png"), Path.Combine(place, second, "moved.png"), overwrite: true);
        File.Copy(Path.Combine(fixture.Test, first, "0.png"), Path.Combine(place, first, "tested.png"), overwrite: true);
        return place;
    }
}
