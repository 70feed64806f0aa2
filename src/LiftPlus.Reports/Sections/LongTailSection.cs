namespace LiftPlus.Reports;

/// <summary>The long tail and how well each part of it is classified.</summary>
internal static class LongTailSection
{
    private const int Rows = 12;

    public static void Write(Page page, EvaluationReport report)
    {
        ClassResult[] ranked = [.. report.ClassResults.OrderByDescending(entry => entry.TrainingImages).ThenBy(entry => entry.Label)];
        page.Section(
            "The long tail",
            "How many training images each class has, and how well it is classified. A line that stays level to the right means that rare classes are not given up."
        );
        page.Chart(
            "Areas: training images (left, log scale). Dots: one class each; line: their moving mean (right).",
            $"{ranked.Length} classes from {ranked[0].TrainingImages} down to {ranked[^1].TrainingImages} training images, with the accuracy of each. "
                + string.Join(", ", Parts(ranked).Select(part => $"{part[0]}: {part[3]} percent"))
                + ".",
            size => LongTailChart.Draw(ranked, size),
            () => page.Table("Classes by rank", ["ranks", "training images", "classes", "mean accuracy %"], Parts(ranked))
        );
    }

    // The ranks in a dozen parts.
    private static IEnumerable<string[]> Parts(ClassResult[] ranked)
    {
        int size = (ranked.Length + Rows - 1) / Rows;
        return ranked
            .Chunk(size)
            .Select(
                (part, i) =>
                    (string[])
                        [
                            $"{i * size + 1} to {i * size + part.Length}",
                            $"{part[0].TrainingImages} to {part[^1].TrainingImages}",
                            $"{part.Length}",
                            PageText.Percent(part.Average(entry => entry.Accuracy)),
                        ]
            );
    }
}
