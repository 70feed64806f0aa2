namespace LiftPlus.Reports;

/// <summary>Where the figures come from.</summary>
internal static class OriginSection
{
    public static void Write(Page page, EvaluationReport report)
    {
        page.Section("Where this comes from");
        List<string[]> rows =
        [
            ["test", $"{PageText.Count(report.Metrics.Count)} images in {PageText.Seconds(report.Seconds)}"],
            ["training", PageText.Seconds(report.TrainingSeconds)],
            ["trained parameters", $"{PageText.Count(report.TrainedParameters)} of {PageText.Count(report.Parameters)}"],
        ];
        if (report.SkippedImages.Count > 0)
            rows.Add(["left out", $"{report.SkippedImages.Count} images that cannot be read"]);
        if (report.Environment is RunEnvironment environment)
        {
            rows.AddRange([
                ["LiftPlus", environment.LibraryVersion],
                ["libtorch", environment.LibTorchVersion],
                [
                    "runtime",
                    $"{environment.Framework}, {environment.OperatingSystem}, {environment.Architecture}, {environment.ProcessorCount} processors",
                ],
                ["device", $"{environment.Device}, {environment.Precision}"],
            ]);
        }

        page.Table("The run", ["what", "value"], rows, textColumns: 2);
        if (report.Recipe is FineTuningRecipe recipe)
            page.Details("The recipe", () => page.Code(RecipeJson.Write(recipe)));
    }
}
