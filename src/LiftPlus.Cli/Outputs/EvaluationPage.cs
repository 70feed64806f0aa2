using LiftPlus.Reports;
using static System.FormattableString;

namespace LiftPlus.Cli.Outputs;

/// <summary>Writes an evaluation as an HTML page with charts and mistakes.</summary>
internal static class EvaluationPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">The evaluation.</param>
    /// <param name="test">Its test images.</param>
    /// <param name="history">The training; null if it is not known.</param>
    public static void Write(string path, EvaluationReport report, ImageDataset test, TrainingHistory? history = null) =>
        HtmlReport.Write(
            path,
            new HtmlReportContent
            {
                Title = Invariant($"{test.Count:N0} test images of {report.Classes.ClassCount:N0} classes"),
                Evaluation = report,
                Test = test,
                Trainings = history is null ? [] : [new TitledTraining("Training", history)],
            }
        );
}
