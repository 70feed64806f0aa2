namespace LiftPlus.Reports;

/// <summary>Every class, or of very many the worst.</summary>
internal static class ClassSection
{
    private const int MostClasses = 2000,
        LongestName = 80;

    public static void Write(Page page, EvaluationReport report)
    {
        ClassResult[] classes =
        [
            .. report.ClassResults.OrderBy(entry => entry.Accuracy ?? 101).ThenBy(entry => entry.TrainingImages).Take(MostClasses),
        ];
        string which =
            classes.Length < report.Classes.ClassCount
                ? $"The worst {classes.Length} of {report.Classes.ClassCount} classes"
                : $"All {classes.Length} classes, the worst first";
        page.Section("Class by class");
        page.Details(which, () =>
            page.Table(
                which,
                ["class", "group", "training images", "test images", "accuracy %"],
                classes.Select(entry =>
                    (string[])
                        [
                            PageText.Short(entry.Name, LongestName),
                            PageText.Of(entry.Group),
                            $"{entry.TrainingImages}",
                            $"{entry.TestImages}",
                            PageText.Percent(entry.Accuracy),
                        ]
                ),
                textColumns: 2
            )
        );
    }
}
