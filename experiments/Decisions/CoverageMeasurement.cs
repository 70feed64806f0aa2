using LiftPlus.Decisions;

namespace LiftPlus.Experiments.Decisions;

/// <summary>Measures the coverage of sets over random splits, with even and with long-tailed validation and test sets.</summary>
internal sealed class CoverageMeasurement(ClassDistribution classes, double[] logReference, ScoredImages pool)
{
    private static readonly (string Name, SetScore Score, bool IsBiased)[] s_methods =
    [
        ("softmax", SetScore.Softmax, false),
        ("softmax of the long-tailed posterior", SetScore.Softmax, true),
        ("prevalence-adjusted", SetScore.PrevalenceAdjusted, false),
        ("interpolated", SetScore.Interpolated, false),
    ];

    private readonly double[] _shares = Probabilities.Shares(classes);

    /// <summary>Returns the overall coverage, its mean over classes, and the size of sets, in means over splits.</summary>
    public IEnumerable<Row> Measure(int splits, double coverage)
    {
        double[] even = [.. _shares.Select(_ => 1.0 / _shares.Length)];
        return from mix in (string[])["even", "long-tailed"]
            from method in s_methods
            from row in Measure(splits, coverage, mix, mix == "even" ? even : _shares, method)
            select row;
    }

    private IEnumerable<Row> Measure(
        int splits,
        double coverage,
        string mix,
        double[] shares,
        (string Name, SetScore Score, bool IsBiased) method
    )
    {
        ScoredImages images = method.IsBiased ? pool.Biased(_shares) : pool;
        double[] reference = method.IsBiased ? [.. _shares.Select(share => Math.Log(share))] : logReference;
        PredictionPolicyOptions options = new() { Coverage = coverage, SetScore = method.Score };
        PredictionPolicy policy = PolicyFit.Fit(images, null, classes, reference, options);
        List<double> overall = [],
            mean = [],
            sizes = [];
        for (int seed = 0; seed < splits; seed++)
        {
            var random = new Random(seed);
            (ScoredImages validation, ScoredImages test) = images.Split(pool.Count / classes.ClassCount / 2, random);
            if (mix != "even")
                (validation, test) = (validation.Draw(validation.Count, shares, random), test.Draw(test.Count, shares, random));
            PredictionPolicy fitted = policy with
            {
                SetThresholds = [.. ConformalFit.Fit(validation.Logits, validation.Labels, classes, policy.Reference, options)],
            };
            System.Collections.Immutable.ImmutableArray<int>[] sets =
            [
                .. Enumerable.Range(0, test.Count).Select(row => fitted.Decide(test.Logits[row], []).Set),
            ];
            double[] covered = [.. sets.Select((set, row) => set.Contains(test.Labels[row]) ? 100.0 : 0)];
            overall.Add(covered.Average());
            mean.Add(covered.Index().GroupBy(entry => test.Labels[entry.Index]).Average(of => of.Average(entry => entry.Item)));
            sizes.Add(sets.Average(set => set.Length));
        }

        string topic = $"coverage {100 * coverage:0}";
        yield return new Row(topic, mix, method.Name, "overall %", overall.Average());
        yield return new Row(topic, mix, method.Name, "least of the splits %", overall.Min());
        yield return new Row(topic, mix, method.Name, "mean over classes %", mean.Average());
        yield return new Row(topic, mix, method.Name, "classes in a set", sizes.Average());
    }
}
