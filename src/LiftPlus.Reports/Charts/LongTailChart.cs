using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace LiftPlus.Reports;

/// <summary>
/// Draws the number of training images of each class as areas on a log scale, and the accuracies over them: a dot for each class, and a
/// line for their moving mean.
/// </summary>
internal static class LongTailChart
{
    private const int MaxDots = 1000;
    private const string Counts = "counts",
        Accuracies = "accuracies";

    public static PlotModel Draw(IReadOnlyList<ClassResult> ranked, ChartSize size)
    {
        PlotModel plot = Chart.Create();
        int most = Math.Max(ranked[0].TrainingImages, 1);
        plot.Axes.Add(
            new LinearAxis
            {
                Minimum = 0,
                Maximum = ranked.Count,
                MinimumMajorStep = 1,
                MaximumPadding = 0,
            }.With(AxisPosition.Bottom, "classes, most frequent first", grid: false)
        );
        plot.Axes.Add(
            new LogarithmicAxis
            {
                Key = Counts,
                Minimum = 0.8,
                Maximum = most * 1.6,
                StringFormat = "#,0",
            }.With(AxisPosition.Left, "training images", grid: false)
        );
        plot.Axes.Add(
            new LinearAxis
            {
                Key = Accuracies,
                Minimum = 0,
                Maximum = 102,
                MajorStep = 25,
            }.With(AxisPosition.Right, "accuracy %")
        );
        foreach (ShotGroup group in Enum.GetValues<ShotGroup>())
        {
            (int Rank, ClassResult Class)[] own = [.. ranked.Index().Where(entry => entry.Item.Group == group)];
            if (own.Length > 0)
                plot.Series.Add(Area(own, group));
        }

        double dot =
            ranked.Count > 300 ? 1.6
            : size == ChartSize.Narrow ? 2
            : 3;
        int step = (ranked.Count + MaxDots - 1) / MaxDots;
        foreach (ShotGroup group in Enum.GetValues<ShotGroup>())
        {
            var dots = new ScatterSeries
            {
                YAxisKey = Accuracies,
                MarkerType = MarkerType.Circle,
                MarkerSize = dot,
                MarkerFill = ChartColors.Of(group),
                RenderInLegend = false,
            };
            dots.Points.AddRange(
                ranked
                    .Index()
                    .Where(entry => entry.Index % step == 0 && entry.Item.Group == group && entry.Item.Accuracy is not null)
                    .Select(entry => new ScatterPoint(entry.Index + 0.5, entry.Item.Accuracy!.Value))
            );
            plot.Series.Add(dots);
        }

        LineSeries mean = Chart.Line(ChartColors.Ink, "accuracy, moving mean");
        mean.YAxisKey = Accuracies;
        mean.Points.AddRange(MovingMean(ranked));
        plot.Series.Add(mean);
        return plot;
    }

    /// <summary>Returns at most about 200 means over windows of a twelfth of the classes.</summary>
    public static IEnumerable<DataPoint> MovingMean(IReadOnlyList<ClassResult> ranked)
    {
        (int Rank, double Accuracy)[] known =
        [
            .. ranked.Index().Where(entry => entry.Item.Accuracy is not null).Select(entry => (entry.Index, entry.Item.Accuracy!.Value)),
        ];
        int half = Math.Max(1, known.Length / 24),
            step = Math.Max(1, known.Length / 200);
        for (int i = 0; i < known.Length; i += step)
        {
            Range window = Math.Max(0, i - half)..Math.Min(known.Length, i + half + 1);
            yield return new DataPoint(known[i].Rank + 0.5, known[window].Average(entry => entry.Accuracy));
        }
    }

    private static AreaSeries Area((int Rank, ClassResult Class)[] own, ShotGroup group)
    {
        var area = new AreaSeries
        {
            YAxisKey = Counts,
            Title = PageText.Of(group),
            Color = OxyColors.Transparent,
            Color2 = OxyColors.Transparent,
            StrokeThickness = 0,
            Fill = ChartColors.Faint(ChartColors.Of(group), 0.28),
            ConstantY2 = 0.8,
        };
        double? last = null; // points are needed only where the count changes
        foreach ((int rank, ClassResult entry) in own)
        {
            double count = Math.Max(entry.TrainingImages, 0.8);
            if (count != last)
            {
                if (last is double before)
                    area.Points.Add(new DataPoint(rank, before));
                area.Points.Add(new DataPoint(rank, count));
            }

            last = count;
        }

        area.Points.Add(new DataPoint(own[^1].Rank + 1, last!.Value));
        return area;
    }
}
