using System.Globalization;
using System.Text.Json.Nodes;
using LiftPlus.Experiments.PaperClaims;
using LiftPlus.TestSupport;

namespace LiftPlus.Experiments.Tests.PaperClaims;

/// <summary>Tests that the figures of the pages are those of the committed results.</summary>
public sealed class CommittedResultsTests
{
    private static readonly string s_folder = Repository.PathOf("experiments", "PaperClaims");
    private static readonly JsonNode s_results = JsonNode.Parse(File.ReadAllText(Path.Combine(s_folder, "results.json")))!;
    private static readonly JsonNode s_ladder = s_results["ladder"]!;
    private static readonly string s_readme = File.ReadAllText(Path.Combine(s_folder, "README.md"));

    [Fact]
    public void EveryRungOfTheReadmeHasTheFiguresOfTheResults()
    {
        JsonArray rungs = s_ladder["rungs"]!.AsArray();
        Assert.NotEmpty(rungs);
        foreach (JsonNode rung in rungs.OfType<JsonNode>().Where(rung => rung["few"] is not null))
        {
            string zeroShot = Cells.Of(Spread(rung["zeroShot"]!));
            (string few, string overall) = (Difference(rung["few"]!), Difference(rung["overall"]!));
            Assert.Contains($"| {rung["title"]} | {zeroShot} | {few} | {overall} |", s_readme);
            foreach (JsonNode row in rung["table"]!["rows"]!.AsArray().OfType<JsonNode>())
            {
                if (row["seeds"]!.AsArray().Count > 1)
                    Assert.Contains($"| {row["title"]} | {string.Join(" | ", Accuracies(row))} |", s_readme);
            }
        }
    }

    [Theory]
    [InlineData("shapes-lt", "later")]
    [InlineData("shapes-lt", "after")]
    [InlineData("photographs 96", "full")]
    [InlineData("photographs 96", "init")]
    [InlineData("photographs 96", "loss")]
    [InlineData("photographs 96", "augmentation")]
    [InlineData("photographs 96", "later")]
    [InlineData("photographs 96", "after")]
    public void EveryRowOfTheReadmeHasTheFiguresOfTheResults(string world, string table)
    {
        JsonNode[] rows = [.. Table(world, table).Where(row => row["seeds"]!.AsArray().Count > 1)];
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains($"| {row["title"]} | {string.Join(" | ", Accuracies(row))} |", s_readme));
    }

    [Theory]
    [InlineData("BatchNorm", "full fine-tuning, statistics too")]
    [InlineData("head only", "full fine-tuning, statistics too")]
    [InlineData("BatchNorm", "full fine-tuning, statistics too, rate 0.005")]
    [InlineData("head only", "full fine-tuning, statistics too, rate 0.005")]
    [InlineData("last block, rate 0.005", "full fine-tuning, statistics too, rate 0.005")]
    [InlineData("last stage, rate 0.005", "full fine-tuning, statistics too, rate 0.005")]
    public void EveryDifferenceOnPhotographsIsThatOfTheResults(string first, string second)
    {
        double[] Few(string title) =>
            [
                .. Table("photographs 96", "full").Single(row => (string)row["title"]! == title)["accuracy"]!["few"]!
                    .AsArray()
                    .Select(value => (double)value!),
            ];
        var difference = PairedDifference.Of([.. Few(first).Zip(Few(second), (one, other) => one - other)])!;
        Assert.Contains($"| {Cells.Difference(difference)} ({Cells.Of(difference.BySeed)}) |", s_readme);
    }

    [Theory]
    [InlineData("BatchNorm", "reaches {0:0.0} % overall and {1:0.0} % on the few-shot classes")]
    [InlineData("full fine-tuning, rate 0.001", "full fine-tuning at its best reaches {0:0.0} % and {1:0.0} %")]
    [InlineData("last stage, rate 0.005", "the last of four stages {0:0.0} % and {1:0.0} %")]
    public void TheFirstPageHasTheFiguresOfPhotographs(string title, string sentence)
    {
        JsonNode accuracy = Table("photographs 96", "full").Single(row => (string)row["title"]! == title)["accuracy"]!;
        double Mean(string measure) => accuracy[measure]!.AsArray().Average(value => (double)value!);
        Assert.Contains(
            string.Format(CultureInfo.InvariantCulture, sentence, Mean("overall"), Mean("few")),
            File.ReadAllText(Repository.PathOf("README.md")).ReplaceLineEndings(" ")
        );
    }

    [Theory]
    [InlineData("few")]
    [InlineData("overall")]
    public void TheVerdictOfTheReadmeIsThatOfTheResults(string measure) =>
        Assert.Contains((string)s_ladder[measure]!["text"]!, s_readme.ReplaceLineEndings(" "));

    [Fact]
    public void TheFigureIsThatOfTheResults()
    {
        string figure = File.ReadAllText(Path.Combine(s_folder, "ladder.svg"));
        foreach ((string line, string measure) in ((string, string)[])[("few-shot classes", "few"), ("all classes", "overall")])
        {
            IEnumerable<string> points = s_ladder["rungs"]!
                .AsArray()
                .Where(rung => rung![measure] is not null)
                .Select(rung => (Mean: rung![measure]!["points"]!["mean"]!, At: rung["zeroShot"]!["mean"]!))
                .Select(point => $"{Number(point.Mean, "+0.0;-0.0;0.0")} at {Number(point.At, "0")}");
            Assert.Contains($"{line} {string.Join(", ", points)}", figure);
        }
    }

    [Fact]
    public void TheResultsSayWhereTheyWereMeasured() => Assert.NotNull(s_results["environment"]?["processorCount"]);

    private static IEnumerable<JsonNode> Table(string world, string table) =>
        s_results["worlds"]!.AsArray().Single(node => (string)node!["id"]! == world)!["tables"]!
            .AsArray()
            .Single(node => (string)node!["id"]! == table)!["rows"]!
            .AsArray()
            .OfType<JsonNode>();

    private static string Number(JsonNode number, string format) => ((double)number).ToString(format, CultureInfo.InvariantCulture);

    private static string Difference(JsonNode difference) =>
        Cells.Difference(new PairedDifference(Spread(difference["points"]!), Interval(difference["bySeed"]!), null))
        + $" ({Cells.Of(Interval(difference["bySeed"]!))}; {Cells.Of(Interval(difference["byImage"]!))})";

    private static IEnumerable<string> Accuracies(JsonNode row) =>
        ((string[])["overall", "many", "medium", "few"]).Select(measure =>
            Cells.Of(LiftPlus.Spread.From([.. row["accuracy"]![measure]!.AsArray().Select(value => (double)value!)]))
        );

    private static Spread Spread(JsonNode spread) => new((double)spread["mean"]!, (double?)spread["deviation"], (int)spread["count"]!);

    private static Metrics.Interval Interval(JsonNode interval) => new((double)interval["low"]!, (double)interval["high"]!);
}
