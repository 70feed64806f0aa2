using LiftPlus.Metrics;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LiftPlus.Reports;

/// <summary>Draws accuracies as bars with their intervals.</summary>
internal static class GroupChart
{
    public static PlotModel Draw(IReadOnlyList<(string Name, double Value, Interval? Interval, OxyColor Color)> bars)
    {
        PlotModel plot = Chart.Create();
        var names = new CategoryAxis { GapWidth = 0.4 }.With(AxisPosition.Bottom, "", grid: false);
        names.TextColor = ChartColors.Ink;
        names.Labels.AddRange(bars.Select(bar => bar.Name));
        plot.Axes.Add(names);
        plot.Axes.Add(
            new LinearAxis
            {
                Minimum = 0,
                Maximum = 108,
                MajorStep = 25,
            }.With(AxisPosition.Left, "accuracy %")
        );
        for (int i = 0; i < bars.Count; i++)
        {
            (_, double value, Interval? interval, OxyColor color) = bars[i];
            var bar = new RectangleBarSeries
            {
                FillColor = ChartColors.Faint(color, 0.75),
                StrokeColor = OxyColors.Undefined,
                StrokeThickness = 0,
            };
            bar.Items.Add(new RectangleBarItem(i - 0.32, 0, i + 0.32, value));
            plot.Series.Add(bar);
            if (interval is Interval range)
            {
                foreach (
                    double[] stroke in (double[][])
                        [
                            [i, range.Low, i, range.High],
                            [i - 0.06, range.Low, i + 0.06, range.Low],
                            [i - 0.06, range.High, i + 0.06, range.High],
                        ]
                )
                {
                    LineSeries whisker = Chart.Line(ChartColors.Ink, width: 1.5);
                    whisker.Points.AddRange([new DataPoint(stroke[0], stroke[1]), new DataPoint(stroke[2], stroke[3])]);
                    plot.Series.Add(whisker);
                }
            }

            plot.Annotations.Add(Chart.Label(PageText.Percent(value), i, Math.Max(value, interval?.High ?? 0) + 1));
        }

        return plot;
    }
}
