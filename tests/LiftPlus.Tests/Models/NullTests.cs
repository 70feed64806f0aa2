using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Metrics;

namespace LiftPlus.Tests.Models;

/// <summary>JSON files in which any one value is null, or half a surrogate pair, or beyond every number.</summary>
public sealed class NullTests(ClaimedSizesTests.SmallModel model) : IClassFixture<ClaimedSizesTests.SmallModel>
{
    public static TheoryData<string> Values => ["null", "\"\\ud800\"", "1e999", "[null]", "{}"];

    [Theory]
    [MemberData(nameof(Values))]
    public void AModelFolderIsReadOrRefused(string value)
    {
        string sound = model.ReadRecipe();
        int tried = 0;
        foreach (string path in Paths(JsonNode.Parse(sound)!))
        {
            string folder = model.WithText(Replace(sound, path, value));
            try
            {
                FineTunedModel.Load(folder, new ModelLoadOptions { Device = "cpu" }).Dispose();
            }
            catch (LiftPlusException) { }

            Directory.Delete(folder, recursive: true);
            tried++;
        }

        Assert.True(tried > 50, $"{tried} values");
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void AReportIsReadOrRefused(string value)
    {
        string sound = Report().ToJson();
        foreach (string path in Paths(JsonNode.Parse(sound)!))
        {
            try
            {
                EvaluationReport read = EvaluationReport.FromJson(Replace(sound, path, value));
                _ = read.ToMarkdown();
                _ = read.ToJson();
            }
            catch (LiftPlusException) { }
        }
    }

    private static EvaluationReport Report()
    {
        ClassDistribution classes = new(["cat", "dog"], [200, 3]);
        ImageOutcome[] outcomes = [new ImageOutcome(0, 0, 0, true, 0.5f), new ImageOutcome(1, 1, 0, true, 0.75f)];
        return new EvaluationReport
        {
            Metrics = ClassificationMetrics.Compute(outcomes, classes),
            Classes = classes,
            Outcomes = [.. outcomes],
            ImageNames = ["a", "b"],
            SkippedImages = [new UnreadableImage("x.jpg", "it is cut off")],
            Recipe = new FineTuningRecipe(),
            Seconds = 1,
        };
    }

    private static IEnumerable<string> Paths(JsonNode node) =>
        node switch
        {
            JsonObject entries => entries
                .Where(entry => entry.Value is not null)
                .SelectMany(entry => Paths(entry.Value!))
                .Prepend(node.GetPath()),
            JsonArray items => items.OfType<JsonNode>().SelectMany(Paths).Prepend(node.GetPath()),
            _ => [node.GetPath()],
        };

    // As text: no node holds half a pair.
    private static string Replace(string json, string path, string value)
    {
        const string mark = "\"the value that is replaced\"";
        if (path == "$")
            return value;
        JsonNode root = JsonNode.Parse(json)!;
        Find(root, path).ReplaceWith(JsonSerializer.Deserialize<string>(mark));
        return root.ToJsonString().Replace(mark, value, StringComparison.Ordinal);
    }

    private static JsonNode Find(JsonNode node, string path) =>
        node.GetPath() == path
            ? node
            : (
                node switch
                {
                    JsonObject entries => entries.Select(entry => entry.Value),
                    JsonArray items => items,
                    _ => [],
                }
            )
                .OfType<JsonNode>()
                .Where(child =>
                    path == child.GetPath()
                    || path.StartsWith(child.GetPath(), StringComparison.Ordinal) && path[child.GetPath().Length] is '.' or '['
                )
                .Select(child => Find(child, path))
                .First();
}
