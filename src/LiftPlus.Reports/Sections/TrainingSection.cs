using OxyPlot;

namespace LiftPlus.Reports;

/// <summary>Writes the loss, the accuracies and the learning rate during training.</summary>
internal static class TrainingSection
{
    public static void Write(Page page, IReadOnlyList<TitledTraining> trainings)
    {
        TitledTraining[] recorded = [.. trainings.Where(training => !training.History.Points.IsEmpty)];
        if (recorded.Length == 0)
            return;
        page.Section("Training");
        foreach (TitledTraining training in recorded)
        {
            if (trainings.Count > 1)
                page.Heading(training.Model);
            Curves(page, training.History);
        }
    }

    private static void Curves(Page page, TrainingHistory history)
    {
        TrainingPoint[] training = [.. history.Points.Where(point => !point.IsValidation)],
            validation = [.. history.Points.Where(point => point.IsValidation)];
        Curve(
            page,
            "Training loss, averaged over recent steps.",
            "loss",
            [Line("loss", ChartColors.Accent, training, point => point.Loss)]
        );
        // Only the ends of epochs: early in an epoch, the tail is an image or two.
        TrainingPoint[] epochs = [.. training.GroupBy(point => point.Epoch).Select(epoch => epoch.Last())];
        CurveLine[] accuracies =
        [
            Line("overall, recent steps", ChartColors.Soft, training, point => point.Overall),
            .. Groups("", epochs),
            Line("validation", ChartColors.Soft, validation, point => point.Overall) with
            {
                Style = LineStyle.Dash,
                IsMarked = true,
            },
            .. Groups("validation ", validation).Select(line => line with { Style = LineStyle.Dash }),
        ];
        Curve(
            page,
            "Accuracy on the training images; for groups, over each whole epoch"
                + (validation.Length > 0 ? ". Dashed: on the validation set." : "."),
            "accuracy %",
            accuracies,
            0,
            102
        );
        Curve(page, "Learning rate.", "learning rate", [Line("learning rate", ChartColors.Soft, training, point => point.LearningRate)], 0);
    }

    private static IEnumerable<CurveLine> Groups(string prefix, TrainingPoint[] points)
    {
        (ShotGroup, Func<TrainingPoint, double?>)[] groups =
        [
            (ShotGroup.Many, point => point.Many),
            (ShotGroup.Medium, point => point.Medium),
            (ShotGroup.Few, point => point.Few),
        ];
        return groups.Select(group =>
            Line(prefix + PageText.Of(group.Item1), ChartColors.Of(group.Item1), points, group.Item2) with
            {
                IsMarked = true,
            }
        );
    }

    private static CurveLine Line(string title, OxyColor color, TrainingPoint[] points, Func<TrainingPoint, double?> value) =>
        new(title, color, [.. points.Where(point => value(point) is not null).Select(point => (point.Step, value(point)!.Value))]);

    private static void Curve(
        Page page,
        string caption,
        string axis,
        CurveLine[] lines,
        double minimum = double.NaN,
        double maximum = double.NaN
    )
    {
        CurveLine[] drawn = [.. lines.Where(line => line.Points.Count > 0)];
        if (drawn.Length == 0)
            return;
        page.Chart(
            caption,
            $"{caption} "
                + string.Join(
                    "; ",
                    drawn.Select(line =>
                        $"{line.Title} from {PageText.Number(line.Points[0].Value, "0.####")} "
                        + $"to {PageText.Number(line.Points[^1].Value, "0.####")}"
                    )
                )
                + ".",
            _ => CurveChart.Draw(axis, drawn, minimum, maximum),
            () =>
                page.Table(
                    caption,
                    ["line", "steps", "first", "lowest", "highest", "last"],
                    drawn.Select(line =>
                        (string[])
                            [
                                line.Title,
                                PageText.Count(line.Points[^1].Step),
                                .. new[]
                                {
                                    line.Points[0].Value,
                                    line.Points.Min(point => point.Value),
                                    line.Points.Max(point => point.Value),
                                    line.Points[^1].Value,
                                }.Select(value => PageText.Number(value, "0.####")),
                            ]
                    )
                )
        );
    }
}
