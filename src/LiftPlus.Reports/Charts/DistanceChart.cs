using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LiftPlus.Reports;

/// <summary>Draws how far the training and test images of a group are from the mean of their class.</summary>
internal static class DistanceChart
{
    private const int Bins = 40;

    public static PlotModel Draw(GroupDistances distances, double high)
    {
        PlotModel plot = Chart.Create();
        plot.Axes.Add(
            new LinearAxis
            {
                Minimum = 0,
                Maximum = high,
                StringFormat = "0.##",
            }.With(AxisPosition.Bottom, "distance from the class mean (1 - cosine)", grid: false)
        );
        plot.Axes.Add(
            new LinearAxis
            {
                Minimum = 0,
                StringFormat = "0.##",
                MaximumPadding = 0.1,
            }.With(AxisPosition.Left, "% of images")
        );
        plot.Series.Add(Steps("training", distances.Train, high, ChartColors.First));
        plot.Series.Add(Steps("test", distances.Test, high, ChartColors.Second));
        return plot;
    }

    private static AreaSeries Steps(string title, WeightedSample sample, double high, OxyColor color)
    {
        var area = new AreaSeries
        {
            Title = title,
            Color = color,
            Color2 = OxyColors.Transparent,
            StrokeThickness = 1.5,
            Fill = ChartColors.Faint(color, 0.22),
            ConstantY2 = 0,
        };
        double[] parts = sample.Histogram(Bins, high);
        for (int bin = 0; bin < parts.Length; bin++)
        {
            area.Points.Add(new DataPoint(bin * high / Bins, 100 * parts[bin]));
            area.Points.Add(new DataPoint((bin + 1) * high / Bins, 100 * parts[bin]));
        }

        return area;
    }
}
