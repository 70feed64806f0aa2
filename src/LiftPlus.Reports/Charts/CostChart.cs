using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LiftPlus.Reports;

/// <summary>
/// Draws the accuracy of methods against their cost on a log scale. Each method is a dot with its name, or with its number in the table if
/// the name is too long.
/// </summary>
internal static class CostChart
{
    public static PlotModel Draw(string cost, IReadOnlyList<(string Label, double Cost, Spread Accuracy)> methods)
    {
        PlotModel plot = Chart.Create();
        double[] costs = [.. methods.Select(method => method.Cost).Where(value => value > 0)];
        (double least, double most) = costs.Length > 0 ? (costs.Min(), costs.Max()) : (1, 1);
        double margin = Math.Max(1.6, Math.Pow(most / least, 0.08)),
            edge = least / margin / margin; // the position of a zero cost
        double low = methods.Min(Low),
            high = methods.Max(High),
            room = Math.Max(1, (high - low) * 0.12);
        plot.Axes.Add(
            new LogarithmicAxis
            {
                Minimum = (methods.Any(method => method.Cost <= 0) ? edge : least) / margin,
                Maximum = most * margin,
                StringFormat = "#,0.###",
                IntervalLength = 130,
            }.With(AxisPosition.Bottom, cost, grid: false)
        );
        plot.Axes.Add(
            new LinearAxis { Minimum = Math.Max(0, low - room), Maximum = Math.Min(100 + room, high + 2 * room) }.With(
                AxisPosition.Left,
                "mean accuracy %"
            )
        );
        foreach ((string label, double value, Spread accuracy) in methods)
        {
            double x = value > 0 ? value : edge;
            LineSeries whisker = Chart.Line(ChartColors.Soft, width: 1);
            whisker.Points.AddRange([new DataPoint(x, Low((label, value, accuracy))), new DataPoint(x, High((label, value, accuracy)))]);
            plot.Series.Add(whisker);
            var dot = new ScatterSeries
            {
                MarkerType = MarkerType.Circle,
                MarkerSize = 5,
                MarkerFill = ChartColors.Accent,
            };
            dot.Points.Add(new ScatterPoint(x, accuracy.Mean));
            plot.Series.Add(dot);
        }

        foreach (
            (string label, double first, double last, double y) in Names(
                methods.Select(method => (method.Label, method.Cost > 0 ? method.Cost : edge, method.Accuracy.Mean)),
                Math.Max(1.1, Math.Pow(most / least, 0.04)),
                0.05 * (high - low)
            )
        )
        {
            bool right = Math.Log(first / least) < 0.6 * Math.Log(most / least); // the label points to the middle
            TextAnnotation name = Chart.Label(
                label,
                right ? last : first,
                y,
                VerticalAlignment.Middle,
                right ? HorizontalAlignment.Left : HorizontalAlignment.Right
            );
            name.Offset = new ScreenVector(right ? 9 : -9, 0);
            plot.Annotations.Add(name);
        }

        return plot;
    }

    // Dots that nearly coincide share a label.
    private static List<(string Label, double First, double Last, double Y)> Names(
        IEnumerable<(string Label, double X, double Y)> dots,
        double width,
        double height
    )
    {
        List<(string Label, double First, double Last, double Y)> names = [];
        foreach ((string label, double x, double y) in dots)
        {
            int near = names.FindIndex(name => x > name.First / width && x < name.Last * width && Math.Abs(name.Y - y) < height);
            if (near < 0)
                names.Add((label, x, x, y));
            else
                names[near] = (
                    $"{names[near].Label}, {label}",
                    Math.Min(names[near].First, x),
                    Math.Max(names[near].Last, x),
                    names[near].Y
                );
        }

        return names;
    }

    private static double Low((string Label, double Cost, Spread Accuracy) method) =>
        method.Accuracy.Mean - (method.Accuracy.Deviation ?? 0);

    private static double High((string Label, double Cost, Spread Accuracy) method) =>
        method.Accuracy.Mean + (method.Accuracy.Deviation ?? 0);
}
