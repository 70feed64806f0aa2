using LiftPlus.Data;
using LiftPlus.Metrics;

namespace LiftPlus.Decisions;

/// <summary>Forecasts how many images a class needs, from learning curves on features that are computed once.</summary>
internal static class ForecastFit
{
    private const int Draws = 200;
    private const double Level = 0.9,
        Farthest = 10; // times the present images

    /// <summary>Returns the forecast of each class with images.</summary>
    /// <param name="features">The features (N, D).</param>
    /// <param name="labels">The labels.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="target">The accuracy that is asked for, 0 to 1.</param>
    /// <param name="seed">The seed of the trials and of the interval.</param>
    /// <param name="cancellationToken">Stops between classes.</param>
    public static ImageForecast[] Of(
        Rows features,
        int[] labels,
        IReadOnlyList<string> classes,
        double target,
        int seed,
        CancellationToken cancellationToken
    )
    {
        Rows units = features.Normalized();
        GaussianHead head = GaussianHead.Fit(units, labels, classes.Count);
        Rows mapped = head.Map(units);
        ILookup<int, int> rowsOf = Enumerable.Range(0, labels.Length).ToLookup(row => labels[row]);
        return
        [
            .. Enumerable
                .Range(0, classes.Count)
                .Where(label => rowsOf.Contains(label))
                .AsParallel()
                .AsOrdered()
                .WithCancellation(cancellationToken)
                .Select(label => OfClass(head, mapped.Take([.. rowsOf[label]]), label, classes[label], target, seed)),
        ];
    }

    /// <summary>
    /// Returns the forecast of a curve: the numbers of images to add, and their interval; null if the images do not tell.
    /// </summary>
    public static (int More, Interval Range)? Of(CurveSample sample, double target, int seed)
    {
        int images = sample.Hits.GetLength(0);
        double needed = Needed([.. Enumerable.Range(0, images)]);
        var random = new StreamRandom(seed, -1, images);
        double[] draws = new double[Draws];
        for (int draw = 0; draw < Draws; draw++)
        {
            int[] rows = new int[images];
            for (int i = 0; i < images; i++)
                rows[i] = random.NextInt(images);
            draws[draw] = Needed(rows);
        }

        Interval range = Interval.Middle(draws, Level);
        return Math.Max(needed, range.High) <= Farthest * images
            ? ((int)Added(needed), new Interval(Added(range.Low), Added(range.High)))
            : null;

        double Added(double all) => Math.Max(0, Math.Ceiling(all) - images);

        // Beyond the farthest number one is as good as another, and numbers can be compared.
        double Needed(int[] rows) =>
            Math.Min(LearningCurve.Fit(sample.Sizes, sample.Accuracies(rows)).ImagesFor(target), 1000 * Farthest * images);
    }

    private static ImageForecast OfClass(GaussianHead head, Rows mapped, int label, string name, double target, int seed)
    {
        if (mapped.Count < CurveSample.FewestImages)
            return new ImageForecast(name, mapped.Count, null, 100 * target, null, null);
        Rows logits = head.Logits(mapped);
        double[] rivals =
        [
            .. Enumerable
                .Range(0, mapped.Count)
                .Select(row =>
                    Enumerable.Range(0, logits.Width).Where(c => c != label).Max(c => (double?)logits[row][c]) ?? double.NegativeInfinity
                ),
        ];
        CurveSample sample = CurveSample.Measure(mapped, rivals, head.Moments.Trust, seed);
        (int More, Interval Range)? forecast = Of(sample, target, seed);
        double accuracy = 100 * sample.Accuracies([.. Enumerable.Range(0, mapped.Count)])[^1];
        return new ImageForecast(name, mapped.Count, accuracy, 100 * target, forecast?.More, forecast?.Range);
    }
}
