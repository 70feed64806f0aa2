using LiftPlus.Decisions;

namespace LiftPlus.Experiments.Decisions;

/// <summary>
/// Takes images away from frequent classes, forecasts how many they need for the accuracy that they really reach with a known number, and
/// compares.
/// </summary>
internal sealed class ForecastMeasurement(LabelWorld world)
{
    /// <summary>Returns how often a forecast is told, and how often its interval has the truth.</summary>
    /// <param name="have">The number of images that a class keeps.</param>
    /// <param name="known">The number of images whose accuracy is asked for.</param>
    /// <param name="cancellationToken">Stops between classes.</param>
    public IEnumerable<Row> Measure(int have, int known, CancellationToken cancellationToken)
    {
        Rows units = world.Train.Features.Normalized();
        int[] labels = world.Train.Labels;
        var head = GaussianHead.Fit(units, labels, world.Classes);
        List<(int Needed, int? More, double Low, double High)> results = [];
        foreach (IGrouping<int, int> rows in Enumerable.Range(0, labels.Length).GroupBy(row => labels[row]))
        {
            int[] all = [.. rows];
            if (all.Length < 2 * known)
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            Rows mapped = head.Map(units.Take(all)),
                logits = head.Logits(mapped);
            double[] rivals =
            [
                .. Enumerable
                    .Range(0, all.Length)
                    .Select(row => Enumerable.Range(0, logits.Width).Where(c => c != rows.Key).Max(c => (double)logits[row][c])),
            ];
            CurveSample full = CurveSample.Measure(mapped, rivals, head.Moments.Trust, seed: 1);
            double[] truth = full.Accuracies([.. Enumerable.Range(0, all.Length)]);
            double target = truth[full.Sizes.IndexOf(known)];
            // The first number that is enough, if the curve is not the same all along.
            if (truth[full.Sizes.IndexOf(have)] >= target - 0.02)
                continue;
            int[] kept = [.. Enumerable.Range(0, have)];
            new Random(rows.Key).Shuffle(all);
            Rows keptMapped = head.Map(units.Take(all[..have])),
                keptLogits = head.Logits(keptMapped);
            double[] keptRivals =
            [
                .. kept.Select(row => Enumerable.Range(0, logits.Width).Where(c => c != rows.Key).Max(c => (double)keptLogits[row][c])),
            ];
            CurveSample part = CurveSample.Measure(keptMapped, keptRivals, head.Moments.Trust, seed: 0);
            var forecast = ForecastFit.Of(part, target, seed: 0);
            results.Add((known - have, forecast?.More, forecast?.Range.Low ?? 0, forecast?.Range.High ?? 0));
        }

        string method = $"{have} of {known} images";
        var told = results.Where(result => result.More is not null).ToArray();
        yield return new Row("forecast", world.Name, method, "classes", results.Count);
        yield return new Row("forecast", world.Name, method, "told", told.Length);
        if (told.Length == 0)
            yield break;
        yield return new Row("forecast", world.Name, method, "needed", known - have);
        yield return new Row("forecast", world.Name, method, "forecast, median", Median(told.Select(result => (double)result.More!.Value)));
        yield return new Row("forecast", world.Name, method, "interval, median low", Median(told.Select(result => result.Low)));
        yield return new Row("forecast", world.Name, method, "interval, median high", Median(told.Select(result => result.High)));
        yield return new Row(
            "forecast",
            world.Name,
            method,
            "intervals with the truth %",
            told.Average(result => result.Low <= result.Needed && result.Needed <= result.High ? 100.0 : 0)
        );
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
