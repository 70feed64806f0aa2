using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LiftPlus.Reports;

/// <summary>Draws lines between values, each value with its interval, and a dashed line at 0.</summary>
internal static class IntervalChart
{
    private const double Apart = 0.006; // of the width, so that the intervals of two lines do not cover each other

    public static PlotModel Draw(TitledIntervals content)
    {
        PlotModel plot = Chart.Create();
        IntervalPoint[] all = [.. content.Lines.SelectMany(line => line.Points)];
        double width = all.Max(point => point.X) - all.Min(point => point.X);
        plot.Axes.Add(
            new LinearAxis { MinimumPadding = 0.06, MaximumPadding = 0.06 }.With(AxisPosition.Bottom, content.Horizontal, grid: false)
        );
        plot.Axes.Add(
            new LinearAxis
            {
                MinimumPadding = 0.06,
                MaximumPadding = 0.06,
                StringFormat = "+0.#;-0.#;0",
            }.With(AxisPosition.Left, content.Vertical)
        );
        plot.Annotations.Add(
            new LineAnnotation
            {
                Type = LineAnnotationType.Horizontal,
                Y = 0,
                Color = ChartColors.Ink,
                LineStyle = LineStyle.Dash,
            }
        );
        foreach ((int i, IntervalLine line) in content.Lines.Index())
        {
            OxyColor color = ColorOf(line);
            double shift = Apart * width * (2 * i - content.Lines.Count + 1);
            LineSeries means = Chart.Line(color, line.Title);
            (means.MarkerType, means.MarkerSize, means.MarkerFill) = (MarkerType.Circle, 4, color);
            foreach (IntervalPoint point in line.Points)
            {
                means.Points.Add(new DataPoint(point.X + shift, point.Mean));
                LineSeries whisker = Chart.Line(color, width: 1.5);
                whisker.Points.AddRange([new DataPoint(point.X + shift, point.Low), new DataPoint(point.X + shift, point.High)]);
                plot.Series.Add(whisker);
            }

            plot.Series.Add(means);
        }

        return plot;
    }

    public static OxyColor ColorOf(IntervalLine line) => line.Group is ShotGroup group ? ChartColors.Of(group) : ChartColors.Accent;
}
