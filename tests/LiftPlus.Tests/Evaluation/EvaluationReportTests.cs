using System.Text.Json.Nodes;
using LiftPlus.Data;
using LiftPlus.Evaluation;
using LiftPlus.Metrics;

namespace LiftPlus.Tests.Evaluation;

public sealed class EvaluationReportTests
{
    [Fact]
    public void JsonIsReadBack()
    {
        using FineTunedModel model = TestWorld
            .Builder()
            .UseTraining(training => training with { Epochs = 1 })
            .Build()
            .Fit(TestWorld.Dataset(110, 20, 5));
        EvaluationReport report = model.Evaluate(TestWorld.Dataset(6, 5, 4));
        Assert.Equal(15, report.Outcomes.Length);
        Assert.Equal(Enumerable.Range(0, 15), report.Outcomes.Select(outcome => outcome.Index));
        Assert.All(report.Outcomes, outcome => Assert.InRange(outcome.Confidence!.Value, 1 / 3f, 1));
        Assert.True(report.TrainingSeconds > 0);
        Assert.Equal((model.TrainedParameterCount, model.ParameterCount), (report.TrainedParameters, report.Parameters));

        EvaluationReport read = EvaluationReport.FromJson(report.ToJson());
        Assert.Equal(report.Outcomes, read.Outcomes);
        Assert.Equal(report.ImageNames, read.ImageNames);
        Assert.Equal(report.ToMarkdown(), read.ToMarkdown());
        Assert.Equal(report.ToJson(), read.ToJson());
        Assert.Equal(RecipeJson.Write(report.Recipe!), RecipeJson.Write(read.Recipe!));
        Assert.Equal(report.Environment, read.Environment);
        Assert.Equal("cpu", read.Environment!.Device);
    }

    [Fact]
    public void NothingNamesFoldersOfTheMachine()
    {
        string folder = Path.Combine(Path.GetTempPath(), "someone", "images");
        var test = new ImageDataset(
            [
                new(Path.Combine(folder, "red", "1.png"), 0),
                new(Path.Combine(folder, "red", "2.png"), 0),
                new(Path.Combine(folder, "reddish", "1.png"), 1),
            ],
            ["red", "reddish"]
        );
        Assert.Equal([Path.Combine("red", "1.png"), Path.Combine("red", "2.png"), Path.Combine("reddish", "1.png")], ImageNames.From(test));
        Assert.Equal(["1.png"], ImageNames.From(test.Subset([0])));
        Assert.Equal(["image 0 in memory"], ImageNames.From(TestWorld.Dataset(1)));

        FineTuningRecipe recipe = ReportRecipe.WithoutFolders(
            new FineTuningRecipe
            {
                Backbone = folder + "/",
                BackboneOptions = new() { VocabularyFolder = folder },
            }
        );
        Assert.Equal(("images", "images"), (recipe.Backbone, recipe.BackboneOptions.VocabularyFolder));
        string pinned = $"owner/name@{new string('a', 40)}";
        Assert.Equal(pinned, ReportRecipe.WithoutFolders(new FineTuningRecipe { Backbone = pinned }).Backbone);
    }

    [Fact]
    public void FiguresOfGroupsAreTheirOwn()
    {
        EvaluationReport report = Report();
        Assert.Equal(100 * (1 - 0.9), report.GetCalibration(ShotGroup.Many)!.Error, 1e-4);
        Assert.Equal(100 * 0.6, report.GetCalibration(ShotGroup.Few)!.Error, 1e-4);
        Assert.Null(report.GetCalibration(ShotGroup.Medium));
        Assert.Equal(new ClassResult(1, "b|c", ShotGroup.Few, 5, 1, 0), report.ClassResults[1]);
        Assert.Equal(new ConfusedPair(1, 0, 1, 100), Assert.Single(report.GetConfusedPairs()));
        Assert.Contains("| b\\|c | a | 1 | 100.0 |", report.ToMarkdown(), StringComparison.Ordinal);
        Assert.Contains("| n/a | 0.0 to 0.0 |", report.ToMarkdown(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("null", "null")]
    [InlineData("{}", "required")]
    [InlineData("schemaVersion=2", "schema version 2")]
    [InlineData("classes=null", "classes")]
    [InlineData("classes=[]", "at least one class")]
    [InlineData("classes=[null]", "null where")]
    [InlineData("""classes=[{"name":null,"trainingImages":1}]""", "name")]
    [InlineData("""classes=[{"name":"a","trainingImages":-1}]""", "has the count -1")]
    [InlineData("""classes=[{"name":"a","trainingImages":1e99}]""", "trainingImages")]
    [InlineData("perImage.label=[0]", "2 indices, 1 labels")]
    [InlineData("perImage.label=[0,9]", "test label 9")]
    [InlineData("perImage.label=null", "label")]
    [InlineData("perImage.predicted=[0,-2]", "predicted as -2")]
    [InlineData("perImage.confidence=[0,1.5]", "confidence 1.5")]
    [InlineData("perImage.index=[0,2]", "index 2")]
    [InlineData("perImage.names=[null,null]", "null where")]
    [InlineData("""recipe={"Loss":{"Type":"none such"}}""", "none such")]
    [InlineData("recipe=7", "recipe")]
    [InlineData("""recipe={"Training":{"LearningRate":1e400}}""", "not finite")]
    [InlineData("seconds=1e400", "not finite")]
    [InlineData("seconds=1e300", "must be in 0..")]
    [InlineData("trainingSeconds=-1", "must be in 0..")]
    [InlineData("""skippedImages=[{"reason":"x"}]""", "path")]
    [InlineData("""skippedImages=[{"path":"x"}]""", "reason")]
    public void BadJsonIsNamed(string change, string expected)
    {
        string json = change;
        if (change.IndexOf('=', StringComparison.Ordinal) is int at and > 0)
        {
            JsonNode root = JsonNode.Parse(Report().ToJson())!;
            string[] path = change[..at].Split('.');
            JsonNode place = path.Length > 1 ? root[path[0]]! : root;
            place[path[^1]] = JsonNode.Parse(change[(at + 1)..]);
            json = root.ToJsonString();
        }

        Assert.Contains(
            expected,
            Assert.Throws<LiftPlusException>(() => EvaluationReport.FromJson(json)).Message,
            StringComparison.OrdinalIgnoreCase
        );
    }

    [Fact]
    public void DeepJsonIsRefused() =>
        Assert.Throws<LiftPlusException>(() => EvaluationReport.FromJson($$"""{"schemaVersion":1,"recipe":{{new string('[', 100_000)}}"""));

    private static EvaluationReport Report()
    {
        var classes = new ClassDistribution(["a", "b|c"], [500, 5]);
        ImageOutcome[] outcomes = [new(0, 0, 0, true, 0.9f), new(1, 1, 0, true, 0.6f)];
        return new EvaluationReport
        {
            Metrics = ClassificationMetrics.Compute(outcomes, classes),
            Classes = classes,
            Outcomes = [.. outcomes],
            ImageNames = ["a/1.png", "b/1.png"],
            Seconds = 1,
        };
    }
}
