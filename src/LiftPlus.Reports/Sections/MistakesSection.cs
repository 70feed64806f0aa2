using LiftPlus.Data;
using LiftPlus.Metrics;

namespace LiftPlus.Reports;

/// <summary>Which classes are taken for which, and images that show it.</summary>
internal static class MistakesSection
{
    private const int MostPairs = 20,
        ImagesOfAPair = 5,
        LongestName = 40;

    public static void Write(Page page, EvaluationReport report, HtmlReportContent content)
    {
        var pairs = report.GetConfusedPairs(MostPairs);
        if (pairs.IsEmpty)
            return;
        string Name(int label) => PageText.Short(report.Classes.Names[label], LongestName);
        page.Section(
            "What is taken for what",
            "The pairs of classes confused most often. Look at the images: some mistakes are labels, not models."
        );
        page.Table(
            "Most confused pairs",
            ["class", "taken for", "images", "% of the class", "training images of both"],
            pairs.Select(pair =>
                (string[])
                    [
                        Name(pair.Label),
                        Name(pair.Predicted),
                        $"{pair.Count}",
                        PageText.Percent(pair.Share),
                        $"{report.Classes.Counts[pair.Label]} and {report.Classes.Counts[pair.Predicted]}",
                    ]
            ),
            textColumns: 2
        );
        if (content.Test is not ImageDataset test)
            return;
        var budget = new ThumbnailBudget(content);
        ILookup<(int, int), ImageOutcome> mistakes = report
            .Outcomes.Where(outcome => !outcome.IsCorrect && outcome.Index < test.Count)
            .ToLookup(outcome => (outcome.Label, outcome.Predicted));
        foreach (ConfusedPair pair in pairs)
        {
            Thumbnail[] shown =
            [
                .. mistakes[(pair.Label, pair.Predicted)]
                    .OrderByDescending(outcome => outcome.Confidence)
                    .Take(ImagesOfAPair)
                    .Select(outcome => budget.Take(test[outcome.Index], outcome))
                    .OfType<Thumbnail>(),
            ];
            if (shown.Length == 0)
                continue;
            page.Heading($"{Name(pair.Label)}, taken for {Name(pair.Predicted)}");
            page.Mistakes(shown.Select(thumbnail => (thumbnail, Text(report, thumbnail.Outcome))));
        }
    }

    private static string Text(EvaluationReport report, ImageOutcome outcome)
    {
        string name = outcome.Index < report.ImageNames.Length ? report.ImageNames[outcome.Index] : $"image {outcome.Index}";
        return PageText.Short(name, 60)
            + (outcome.Confidence is float confidence ? $", {PageText.Number(100 * confidence, "0")} % sure" : "");
    }
}
