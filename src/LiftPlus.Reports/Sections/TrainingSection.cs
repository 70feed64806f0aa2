using OxyPlot;

namespace LiftPlus.Reports;

/// <summary>How the training went: loss, accuracies and learning rate.</summary>
internal static class TrainingSection
{
    public static void Write(Page page, TrainingHistory history)
    {
        TrainingPoint[] training = [.. history.Points.Where(point => !point.IsValidation)], validation = [.. history.Points.Where(point => point.IsValidation)];
        page.Section("Training");
        Curve(page, "Training loss, an average over recent steps.", "loss", [Line("loss", ChartColors.Accent, training, point => point.Loss)]);
        CurveLine[] accuracies =
        [
            .. Accuracies("", training, LineStyle.Solid, marked: false),
            .. Accuracies("validation ", validation, LineStyle.Dash, marked: true),
        ];
        Curve(page, "Accuracy on the training pictures so far in each epoch" + (validation.Length > 0 ? ", and on the validation set after it (dots)." : "."), "accuracy %", accuracies, 0, 102);
        Curve(page, "Learning rate.", "learning rate", [Line("learning rate", ChartColors.Soft, training, point => point.LearningRate)], 0);
    }

    private static IEnumerable<CurveLine> Accuracies(string prefix, TrainingPoint[] points, LineStyle style, bool marked)
    {
        (string, OxyColor, Func<TrainingPoint, double?>)[] lines =
        [
            ("overall", ChartColors.Soft, point => point.Overall),
            ("many", ChartColors.Of(ShotGroup.Many), point => point.Many),
            ("medium", ChartColors.Of(ShotGroup.Medium), point => point.Medium),
            ("few", ChartColors.Of(ShotGroup.Few), point => point.Few),
        ];
        return lines.Select(line => Line(prefix + line.Item1, line.Item2, points, line.Item3) with { Style = style, IsMarked = marked });
    }

    private static CurveLine Line(string title, OxyColor color, TrainingPoint[] points, Func<TrainingPoint, double?> value) =>
        new(title, color, [.. points.Where(point => value(point) is not null).Select(point => (point.Step, value(point)!.Value))]);

    private static void Curve(Page page, string caption, string axis, CurveLine[] lines, double minimum = double.NaN, double maximum = double.NaN)
    {
        CurveLine[] drawn = [.. lines.Where(line => line.Points.Count > 0)];
        if (drawn.Length == 0)
            return;
        page.Chart(
            caption,
            $"{caption} " + string.Join("; ", drawn.Select(line => $"{line.Title} from {PageText.Number(line.Points[0].Value, "0.####")} to {PageText.Number(line.Points[^1].Value, "0.####")}")) + ".",
            _ => CurveChart.Draw(axis, drawn, minimum, maximum),
            () => page.Table(caption, ["line", "steps", "first", "lowest", "highest", "last"], drawn.Select(line => (string[])
            [
                line.Title, PageText.Count(line.Points[^1].Step), .. new[] { line.Points[0].Value, line.Points.Min(point => point.Value), line.Points.Max(point => point.Value), line.Points[^1].Value }
                    .Select(value => PageText.Number(value, "0.####")),
            ])));
    }
}
