using LiftPlus.Metrics;

namespace LiftPlus.Reports;

/// <summary>Writes how well the model's confidence matches its accuracy.</summary>
internal static class CalibrationSection
{
    public static void Write(Page page, EvaluationReport report)
    {
        if (report.GetCalibration() is not Calibration calibration)
            return;
        page.Section(
            "Confidence",
            "Of the images predicted with 70 % confidence, 70 % should be right. "
                + "The model is overconfident where bars end below the dashed line, and underconfident where they end above it."
        );
        page.Chart(
            "Accuracy by confidence.",
            $"Accuracy in {calibration.Bins.Length} ranges of confidence; "
                + $"the expected calibration error is {PageText.Percent(calibration.Error)} percentage points.",
            _ => ReliabilityChart.Draw(calibration),
            () =>
                page.Table(
                    "Ranges of confidence",
                    ["confidence %", "images", "mean confidence %", "accuracy %"],
                    calibration.Bins.Select(bin =>
                        (string[])
                            [
                                $"{PageText.Number(bin.Low, "0")} to {PageText.Number(bin.High, "0")}",
                                PageText.Count(bin.Count),
                                PageText.Percent(bin.Confidence),
                                PageText.Percent(bin.Accuracy),
                            ]
                    )
                )
        );
        page.Table(
            "Calibration by group, in percentage points",
            ["images", "expected calibration error", "confidence minus accuracy"],
            [
                Row("all classes", calibration),
                .. Enum.GetValues<ShotGroup>().Select(group => Row($"{PageText.Of(group)}-shot classes", report.GetCalibration(group))),
            ]
        );
    }

    private static string[] Row(string name, Calibration? calibration) =>
        [name, PageText.Percent(calibration?.Error), PageText.Number(calibration?.Overconfidence, "+0.0;-0.0;0.0")];
}
