using LiftPlus.Metrics;

namespace LiftPlus;

/// <summary>Provides values and titles of measures.</summary>
public static class ReportMeasures
{
    /// <summary>Returns the value in a report; null if the report does not have it.</summary>
    public static double? GetValue(this ReportMeasure measure, EvaluationReport report) =>
        measure switch
        {
            ReportMeasure.Overall => report.Metrics.Overall,
            ReportMeasure.MeanClass => report.Metrics.MeanClass,
            ReportMeasure.Many => report.Metrics.Many,
            ReportMeasure.Medium => report.Metrics.Medium,
            ReportMeasure.Few => report.Metrics.Few,
            ReportMeasure.Top5 => report.Metrics.Top5,
            ReportMeasure.Worst => report.Metrics.Worst,
            ReportMeasure.HarmonicMean => report.Metrics.HarmonicMean,
            ReportMeasure.MacroF1 => report.Metrics.MacroF1,
            _ => report.GetCalibration()?.Error,
        };

    /// <summary>Returns the title of a column: "overall", "few", "macro-F1", ...</summary>
    public static string Title(this ReportMeasure measure) =>
        measure switch
        {
            ReportMeasure.MeanClass => "mean",
            ReportMeasure.Top5 => "top-5",
            ReportMeasure.Worst => "worst class",
            ReportMeasure.HarmonicMean => "harmonic mean",
            ReportMeasure.MacroF1 => "macro-F1",
            ReportMeasure.CalibrationError => "calibration error",
            _ => measure.ToString().ToLowerInvariant(),
        };

    /// <summary>Returns the measure as part of a sentence: "on few-shot classes", "over all images", ...</summary>
    internal static string Where(this ReportMeasure measure) =>
        measure switch
        {
            ReportMeasure.Overall => "over all images",
            ReportMeasure.MeanClass => "in the mean over classes",
            ReportMeasure.Many or ReportMeasure.Medium or ReportMeasure.Few => $"on {measure.Title()}-shot classes",
            ReportMeasure.Worst => "on the worst class",
            _ => $"in {measure.Title()}",
        };

    /// <summary>Returns whether lower values are better.</summary>
    internal static bool LowerIsBetter(this ReportMeasure measure) => measure == ReportMeasure.CalibrationError;

    internal static Interval? GetInterval(this ReportMeasure measure, AccuracyIntervals intervals) =>
        measure switch
        {
            ReportMeasure.Overall => intervals.Overall,
            ReportMeasure.MeanClass => intervals.MeanClass,
            ReportMeasure.Many => intervals.Many,
            ReportMeasure.Medium => intervals.Medium,
            ReportMeasure.Few => intervals.Few,
            ReportMeasure.Top5 => intervals.Top5,
            _ => null,
        };
}
