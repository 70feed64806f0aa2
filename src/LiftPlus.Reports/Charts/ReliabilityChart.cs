using LiftPlus.Metrics;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LiftPlus.Reports;

/// <summary>Draws the accuracy in each range of confidence, and the diagonal of perfect calibration.</summary>
internal static class ReliabilityChart
{
    public static PlotModel Draw(Calibration calibration)
    {
        PlotModel plot = Chart.Create();
        plot.Axes.Add(
            new LinearAxis
            {
                Minimum = 0,
                Maximum = 100,
                MajorStep = 25,
            }.With(AxisPosition.Bottom, "confidence %", grid: false)
        );
        plot.Axes.Add(
            new LinearAxis
            {
                Minimum = 0,
                Maximum = 102,
                MajorStep = 25,
            }.With(AxisPosition.Left, "accuracy %")
        );
        var bars = new RectangleBarSeries
        {
            Title = "accuracy",
            FillColor = ChartColors.Faint(ChartColors.First, 0.7),
            StrokeColor = OxyColors.Undefined,
            StrokeThickness = 0,
        };
        foreach (CalibrationBin bin in calibration.Bins.Where(bin => bin.Count > 0))
            bars.Items.Add(new RectangleBarItem(bin.Low + 0.4, 0, bin.High - 0.4, bin.Accuracy!.Value));
        plot.Series.Add(bars);
        LineSeries diagonal = Chart.Line(ChartColors.Ink, "perfect calibration", LineStyle.Dash, 1.5);
        diagonal.Points.AddRange([new DataPoint(0, 0), new DataPoint(100, 100)]);
        plot.Series.Add(diagonal);
        return plot;
    }
}
