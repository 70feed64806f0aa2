namespace LiftPlus.Reports;

/// <summary>Writes how the results were obtained.</summary>
internal static class OriginSection
{
    public static void Write(Page page, EvaluationReport report)
    {
        page.Section("About this run");
        List<string[]> rows =
        [
            ["evaluation", $"{PageText.Count(report.Metrics.Count)} images in {PageText.Seconds(report.Seconds)}"],
            ["training", PageText.Seconds(report.TrainingSeconds)],
            ["trained parameters", $"{PageText.Count(report.TrainedParameters)} of {PageText.Count(report.Parameters)}"],
        ];
        if (report.SkippedImages.Count > 0)
            rows.Add(["skipped", $"{report.SkippedImages.Count} unreadable images"]);
        if (report.Environment is RunEnvironment environment)
        {
            rows.AddRange([
                ["LiftPlus", environment.LibraryVersion],
                ["libtorch", environment.LibTorchVersion],
                [
                    "runtime",
                    $"{environment.Framework}, {environment.OperatingSystem}, {environment.Architecture}, "
                        + $"{environment.ProcessorCount} processors",
                ],
                ["device", $"{environment.Device}, {environment.Precision}"],
            ]);
        }

        page.Table("The run", ["item", "value"], rows, textColumns: 2);
        if (report.Recipe is FineTuningRecipe recipe)
            page.Details("The recipe", () => page.Code(RecipeJson.Write(recipe)));
    }
}
