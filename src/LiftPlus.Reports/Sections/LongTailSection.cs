namespace LiftPlus.Reports;

/// <summary>Writes the long tail and how well each part of it is classified.</summary>
internal static class LongTailSection
{
    private const int Rows = 12;

    public static void Write(Page page, EvaluationReport report)
    {
        ClassResult[] ranked = [.. report.ClassResults.OrderByDescending(entry => entry.TrainingImages).ThenBy(entry => entry.Label)];
        page.Section(
            "The long tail",
            "The number of training images of each class, and its accuracy. "
                + "If the line stays level towards the right, the model classifies rare classes as well as frequent ones."
        );
        page.Chart(
            "Areas: training images (left axis, log scale). Dots: accuracy of each class. Line: their moving mean (right axis).",
            $"The accuracy of {ranked.Length} classes with {ranked[0].TrainingImages} down to {ranked[^1].TrainingImages} training images. "
                + string.Join(", ", Parts(ranked).Select(part => $"{part[0]}: {part[3]} percent"))
                + ".",
            size => LongTailChart.Draw(ranked, size),
            () => page.Table("Classes by rank", ["ranks", "training images", "classes", "mean accuracy %"], Parts(ranked))
        );
    }

    // Splits the ranks into about a dozen parts.
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
