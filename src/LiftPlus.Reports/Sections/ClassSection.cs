namespace LiftPlus.Reports;

/// <summary>Writes a table of all classes, or of the worst ones if there are too many.</summary>
internal static class ClassSection
{
    private const int MaxClasses = 2000,
        MaxNameLength = 80;

    public static void Write(Page page, EvaluationReport report)
    {
        ClassResult[] classes =
        [
            .. report.ClassResults.OrderBy(entry => entry.Accuracy ?? 101).ThenBy(entry => entry.TrainingImages).Take(MaxClasses),
        ];
        string which =
            classes.Length < report.Classes.ClassCount
                ? $"The worst {classes.Length} of {report.Classes.ClassCount} classes"
                : $"All {classes.Length} classes, worst first";
        page.Section("Results by class");
        page.Details(which, () =>
            page.Table(
                which,
                ["class", "group", "training images", "test images", "accuracy %"],
                classes.Select(entry =>
                    (string[])
                        [
                            PageText.Short(entry.Name, MaxNameLength),
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
