using LiftPlus.Decisions;

namespace LiftPlus.Experiments.Decisions;

/// <summary>Measures how well unknown images are found, and how often others are called unknown.</summary>
internal sealed class UnknownMeasurement(ClassDistribution classes, double[] logReference, ScoredImages pool, ScoredImages train)
{
    /// <param name="name">What the unknown images are.</param>
    /// <param name="unknown">They.</param>
    /// <param name="splits">The number of random halves of the pool, for validation and test.</param>
    public IEnumerable<Row> Measure(string name, ScoredImages unknown, int splits)
    {
        foreach (UnknownMeasure measure in Enum.GetValues<UnknownMeasure>())
        {
            PredictionPolicyOptions options = new() { UnknownMeasure = measure };
            UnknownDetector detector = DetectorFit.Fit(options, train, classes.ClassCount);
            double[] known = PolicyFit.UnknownScores(detector, pool),
                others = PolicyFit.UnknownScores(detector, unknown);
            yield return new Row("unknown", name, measure.ToString(), "area under the ROC curve", Ranking.Area(known, others));
            foreach (double rate in (double[])[0.01, 0.05, 0.1])
            {
                List<double> alarms = [],
                    found = [];
                for (int seed = 0; seed < splits; seed++)
                {
                    int[] order = [.. Enumerable.Range(0, known.Length)];
                    new Random(seed).Shuffle(order);
                    int half = known.Length / 2;
                    double threshold = ConformalFit.Quantile(order[..half].Select(row => known[row]), 1 - rate);
                    alarms.Add(order[half..].Average(row => known[row] > threshold ? 100.0 : 0));
                    found.Add(others.Average(score => score > threshold ? 100.0 : 0));
                }

                yield return new Row("unknown", name, measure.ToString(), $"false alarms at {100 * rate:0} %", alarms.Average());
                yield return new Row("unknown", name, measure.ToString(), $"found at {100 * rate:0} %", found.Average());
            }
        }
    }

    /// <summary>Returns the calibration errors before and after, in means over random halves of the pool.</summary>
    public IEnumerable<Row> Calibration(int splits)
    {
        List<PolicyReport> reports = [];
        for (int seed = 0; seed < splits; seed++)
        {
            (ScoredImages validation, ScoredImages test) = pool.Split(pool.Count / classes.ClassCount / 2, new Random(seed));
            PredictionPolicy policy = PolicyFit.Fit(validation, null, classes, logReference, new PredictionPolicyOptions());
            reports.Add(PolicyMeasurement.Measure(policy, test, null));
        }

        foreach ((int i, PolicyGroup group) in reports[0].Groups.Index())
        {
            string name = group.Group?.ToString() ?? "all";
            yield return new Row("calibration", name, "before", "ECE", reports.Average(report => report.Groups[i].ErrorBefore ?? 0));
            yield return new Row("calibration", name, "after", "ECE", reports.Average(report => report.Groups[i].ErrorAfter ?? 0));
        }

        yield return new Row("calibration", "all", "after", "temperature", reports.Average(report => report.Policy.Temperature));
    }
}
