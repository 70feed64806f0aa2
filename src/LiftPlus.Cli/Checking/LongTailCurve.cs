using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;
using SkiaSharp;

namespace LiftPlus.Cli.Checking;

/// <summary>Plots the images per class over the rank of the class, coloured by group.</summary>
internal static class LongTailCurve
{
    public static void Write(Survey survey, Stream stream)
    {
        int[] counts = [.. survey.Ranked.Select(label => survey.Dataset.Classes.Counts[label])];
        var plot = new PlotModel
        {
            Title =
                $"{survey.Dataset.Count:N0} images of {counts.Length:N0} classes, "
                + $"imbalance ratio {survey.Dataset.Classes.ImbalanceRatio:0.#}",
            TitleFontSize = 20,
            DefaultFontSize = 16,
            Background = OxyColors.White,
            Padding = new OxyThickness(12, 12, 24, 12),
        };
        plot.Axes.Add(
            new LinearAxis
            {
                Position = AxisPosition.Bottom,
                Title = "classes, largest first",
                Minimum = 0,
                Maximum = counts.Length,
                MinimumMajorStep = 1,
                MajorGridlineStyle = LineStyle.None,
            }
        );
        plot.Axes.Add(
            new LogarithmicAxis
            {
                Position = AxisPosition.Left,
                Title = "images",
                Minimum = 0.8,
                Maximum = counts[0] * 1.5,
                StringFormat = "#,0",
                MajorGridlineStyle = LineStyle.Solid,
                MajorGridlineColor = OxyColor.FromRgb(224, 224, 224),
                MinorTickSize = 0,
            }
        );
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.RightTop, LegendBackground = OxyColors.White });
        foreach (ShotGroup group in GroupColors.Groups)
            plot.Series.Add(Bars(survey, counts, group));

        new PngExporter
        {
            Width = 1100,
            Height = 620,
            UseTextShaping = false,
        }.Export(plot, stream);
    }

    private static RectangleBarSeries Bars(Survey survey, int[] counts, ShotGroup group)
    {
        IReadOnlyList<int> classes = survey.ClassesOf(group);
        int images = classes.Sum(label => survey.Dataset.Classes.Counts[label]);
        SKColor color = GroupColors.Of(group);
        var bars = new RectangleBarSeries
        {
            Title = $"{group.ToString().ToLowerInvariant()}: {classes.Count:N0} classes, {images:N0} images",
            FillColor = OxyColor.FromRgb(color.Red, color.Green, color.Blue),
            StrokeThickness = 0,
        };
        double gap = counts.Length <= 100 ? 0.1 : 0; // leaves a gap only between bars that are wide enough to see it
        for (int rank = 0; rank < counts.Length; rank++)
        {
            if (counts[rank] > 0 && survey.Dataset.Classes.GroupOf(survey.Ranked[rank]) == group)
                bars.Items.Add(new RectangleBarItem(rank + gap, 0.5, rank + 1 - gap, counts[rank]));
        }

        return bars;
    }
}
