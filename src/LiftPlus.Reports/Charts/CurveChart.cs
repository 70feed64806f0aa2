using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LiftPlus.Reports;

/// <summary>Draws one or more lines over training steps.</summary>
internal static class CurveChart
{
    private const int MaxPoints = 300;

    public static PlotModel Draw(string axis, IReadOnlyList<CurveLine> lines, double minimum = double.NaN, double maximum = double.NaN)
    {
        PlotModel plot = Chart.Create();
        plot.Axes.Add(
            new LinearAxis
            {
                StringFormat = "#,0",
                MinimumPadding = 0.01,
                MaximumPadding = 0.01,
            }.With(AxisPosition.Bottom, "step", grid: false)
        );
        plot.Axes.Add(
            new LinearAxis
            {
                Minimum = minimum,
                Maximum = maximum,
                StringFormat = "0.######",
            }.With(AxisPosition.Left, axis)
        );
        foreach (CurveLine line in lines)
        {
            LineSeries series = Chart.Line(line.Color, line.Title, line.Style);
            int step = Math.Max(1, line.Points.Count / MaxPoints);
            series.Points.AddRange(
                line.Points.Index()
                    .Where(entry => entry.Index % step == 0 || entry.Index == line.Points.Count - 1)
                    .Select(entry => new DataPoint(entry.Item.Step, entry.Item.Value))
            );
            if (line.IsMarked)
                (series.MarkerType, series.MarkerSize, series.MarkerFill) = (MarkerType.Circle, 3, line.Color);
            plot.Series.Add(series);
        }

        return plot;
    }
}
