using System.Text;
using LiftPlus.Metrics;
using LiftPlus.Reports;

namespace LiftPlus.Fuzz.Doors;

/// <summary>Reports and histories of training.</summary>
internal static class ReportDoors
{
    public static IEnumerable<Door> Create(string folder)
    {
        yield return new Door
        {
            Name = "report",
            Share = 3,
            IsJson = true,
            MakeSeeds = () => [Encoding.UTF8.GetBytes(Report().ToJson())],
            Tokens = ["null,", "-1,", "1e999,", "\\ud800", "\"names\":[],", "\"recipe\":null,", "2147483647,"],
            Try = input =>
            {
                var report = EvaluationReport.FromJson(Encoding.UTF8.GetString(input));
                _ = report.ToMarkdown();
                _ = report.ToJson();
                _ = HtmlReport.Create(new HtmlReportContent { Title = "x", Evaluation = report });
            },
        };
        yield return new Door
        {
            Name = "history",
            Share = 3,
            MakeSeeds = () =>
                [
                    """
                {"phase":"training","epoch":1,"step":1,"loss":1.5,"accuracy":0.5,"learningRate":0.02,"seconds":1.25}
                {"phase":"validation","epoch":1,"step":1,"overall":50,"mean":49,"many":50,"medium":null,"few":10,"seconds":2}
                {"phase":"training","epoch":2,"step":2,"loss":0.5,"accuracy":0.75,"learningRate":0.01,"seconds":3}
                """u8.ToArray(),
                ],
            Tokens = ["\n", "null", "1e999", "\"step\":", "\"phase\":\"validation\",", "\\ud800", "{", "[", "-1"],
            Try = input =>
            {
                var history = TrainingHistory.FromMetricsFile(DoorTable.Write(folder, "metrics.jsonl", input));
                _ = HtmlReport.Create(new HtmlReportContent { Title = "x", Trainings = [new TitledTraining("x", history)] });
            },
        };
    }

    private static EvaluationReport Report()
    {
        ClassDistribution classes = new(["cat", "dog", "fox"], [200, 50, 3]);
        ImageOutcome[] outcomes =
        [
            .. Enumerable.Range(0, 12).Select(i => new ImageOutcome(i, i % 3, i % 4 == 0 ? (i + 1) % 3 : i % 3, true, 0.25f + i * 0.05f)),
        ];
        return new EvaluationReport
        {
            Metrics = ClassificationMetrics.Compute(outcomes, classes),
            Classes = classes,
            Outcomes = [.. outcomes],
            ImageNames = [.. outcomes.Select(outcome => $"image {outcome.Index}")],
            SkippedImages = [new UnreadableImage("x.jpg", "it is cut off")],
            Recipe = new FineTuningRecipe(),
            Seconds = 1,
        };
    }
}
