using System.Collections.Immutable;
using LiftPlus.Data;
using LiftPlus.Metrics;

namespace LiftPlus.Reports;

/// <summary>Writes the most confused pairs of classes, with example images.</summary>
internal static class MistakesSection
{
    private const int MaxPairs = 20,
        ImagesPerPair = 5,
        MaxNameLength = 40,
        NamedNeighbors = 3;

    public static void Write(Page page, EvaluationReport report, HtmlReportContent content, ThumbnailBudget budget)
    {
        var pairs = report.GetConfusedPairs(MaxPairs);
        if (pairs.IsEmpty)
            return;
        string Name(int label) => PageText.Short(report.Classes.Names[label], MaxNameLength);
        page.Section(
            "Confused classes",
            "The pairs of classes that the model confuses most often. "
                + "Look at the images: some mistakes are in the labels, not in the model."
                + (
                    content is { Model: not null, Test: not null }
                        ? " The second of two equal images shows in yellow what the model used for its answer."
                        : ""
                )
        );
        page.Table(
            "Most confused pairs",
            ["class", "predicted as", "images", "% of the class", "training images of both"],
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
        ILookup<(int, int), ImageOutcome> mistakes = report
            .Outcomes.Where(outcome => !outcome.IsCorrect && outcome.Index < test.Count)
            .ToLookup(outcome => (outcome.Label, outcome.Predicted));
        foreach (ConfusedPair pair in pairs)
        {
            Thumbnail[] shown =
            [
                .. mistakes[(pair.Label, pair.Predicted)]
                    .OrderByDescending(outcome => outcome.Confidence)
                    .Take(ImagesPerPair)
                    .Select(outcome => budget.Take(test[outcome.Index], outcome))
                    .OfType<Thumbnail>(),
            ];
            if (shown.Length == 0)
                continue;
            page.Heading($"{Name(pair.Label)}, predicted as {Name(pair.Predicted)}");
            page.Mistakes(
                shown.SelectMany(thumbnail =>
                    Explained(thumbnail).Prepend((thumbnail, Text(report, thumbnail.Outcome) + Neighbors(content, test, thumbnail.Outcome)))
                )
            );
        }

        IEnumerable<(Thumbnail, string)> Explained(Thumbnail thumbnail)
        {
            ImageOutcome outcome = thumbnail.Outcome;
            if (content.Model?.Explain(test[outcome.Index].Source, report.Classes.Names[outcome.Predicted]) is SaliencyMap map)
            {
                if (budget.Take(test[outcome.Index], outcome, map) is Thumbnail look)
                    yield return (look, $"what speaks for {Name(outcome.Predicted)}");
            }
        }
    }

    private static string Neighbors(HtmlReportContent content, ImageDataset test, ImageOutcome outcome)
    {
        if (content.Model is not { Policy: not null } model)
            return "";
        Prediction prediction = model.Predict(test[outcome.Index].Source, new PredictionOptions { Neighbors = NamedNeighbors });
        return prediction.Neighbors is ImmutableArray<Neighbor> neighbors
            ? $"; most like {string.Join(", ", neighbors.Select(one => PageText.Short($"{one.Path} ({one.ClassName})", MaxNameLength)))}"
            : "";
    }

    private static string Text(EvaluationReport report, ImageOutcome outcome)
    {
        string name = outcome.Index < report.ImageNames.Length ? report.ImageNames[outcome.Index] : $"image {outcome.Index}";
        return PageText.Short(name, 60)
            + (outcome.Confidence is float confidence ? $", {PageText.Number(100 * confidence, "0")} % confidence" : "");
    }
}
