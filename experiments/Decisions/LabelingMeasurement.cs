using LiftPlus.Decisions;
using LiftPlus.Metrics;

namespace LiftPlus.Experiments.Decisions;

/// <summary>
/// Starts with a few random labels, labels what a strategy chooses in rounds, and measures the accuracy of a classifier on features that
/// are computed once. Then compares the labels that strategies need for what random choice reaches.
/// </summary>
internal sealed class LabelingMeasurement(LabelWorld world)
{
    private const int Draws = 2000;
    private const double Level = 0.9;

    private readonly Rows _pool = world.Train.Features.Normalized(),
        _test = world.Test.Features.Normalized();

    private static IEnumerable<string> Strategies => ["random", .. Enum.GetNames<LabelingStrategy>()];

    /// <summary>Returns the accuracies, and the labels that are saved with their intervals.</summary>
    /// <param name="seeds">The number of random starts.</param>
    /// <param name="start">The number of labels to begin with.</param>
    /// <param name="round">The number of labels of a round.</param>
    /// <param name="most">The most labels.</param>
    /// <param name="cancellationToken">Stops between rounds.</param>
    public IEnumerable<Row> Measure(int seeds, int start, int round, int most, CancellationToken cancellationToken)
    {
        var curves = Strategies.ToDictionary(
            strategy => strategy,
            strategy => Enumerable.Range(0, seeds).Select(seed => Curve(strategy, seed, start, round, most, cancellationToken)).ToArray()
        );
        int rounds = curves["random"][0].Length;
        foreach ((string strategy, double[][] of) in curves)
        {
            foreach (int at in (int[])[rounds / 4, rounds / 2, rounds - 1])
            {
                string measure = $"mean accuracy of classes with {start + at * round} labels %";
                yield return new Row("labelling", world.Name, strategy, measure, of.Average(curve => curve[at]));
            }
        }

        foreach (string strategy in Strategies.Skip(1))
        {
            foreach (int at in (int[])[rounds / 4, rounds / 2, rounds - 1])
            {
                double[] saved =
                [
                    .. curves[strategy]
                        .Zip(curves["random"], (curve, random) =>
                            100 * (1 - Needed(curve, random[at], start, round) / (start + at * round))
                        ),
                ];
                string measure = $"labels saved for what random choice reaches with {start + at * round} %";
                Interval interval = Spread(saved);
                yield return new Row("labelling", world.Name, strategy, measure, saved.Average());
                yield return new Row("labelling", world.Name, strategy, $"{measure}, low", interval.Low);
                yield return new Row("labelling", world.Name, strategy, $"{measure}, high", interval.High);
            }
        }
    }

    private double[] Curve(string strategy, int seed, int start, int round, int most, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        int[] order = [.. Enumerable.Range(0, _pool.Count)];
        random.Shuffle(order);
        List<int> labeled = [.. order[..start]];
        List<double> accuracies = [];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] labels = [.. labeled.Select(row => world.Train.Labels[row])];
            Rows features = _pool.Take(labeled);
            var head = GaussianHead.Fit(features, labels, world.Classes);
            double[] scale = Scale(labeled, features, labels);
            accuracies.Add(Accuracy(head, scale));
            if (labeled.Count >= most)
                return [.. accuracies];
            int[] rest = [.. Enumerable.Range(0, _pool.Count).Except(labeled)];
            Rows p = VoterWeights.Combine([Finite(head.Logits(head.Map(_pool.Take(rest))))], scale);
            int[] chosen = strategy switch
            {
                nameof(LabelingStrategy.Margin) => LabelingOrder.ByMargin(p, round),
                nameof(LabelingStrategy.TailWeighted) => LabelingOrder.ByTail(p, head.Moments.Counts, round),
                nameof(LabelingStrategy.Coverage) => LabelingOrder.ByCoverage(_pool.Take(rest), features, round, cancellationToken),
                _ => [.. rest.Index().OrderBy(_ => random.Next()).Take(round).Select(entry => entry.Index)],
            };
            labeled.AddRange(chosen.Select(place => rest[place]));
        }
    }

    // The classifier is far too sure of itself; the temperature comes from held-out parts of the labelled images.
    private double[] Scale(List<int> labeled, Rows features, int[] labels)
    {
        UInt128[] hashes = [.. labeled.Select(row => world.Train.Hashes[row])];
        int[] fold = Folds.Assign(CopyGroups.Exact(hashes), hashes, labels, 5, seed: 0);
        return VoterWeights.Fit([OutOfFold.LogProbabilities(features, labels, world.Classes, fold, CancellationToken.None)], labels);
    }

    private double Accuracy(GaussianHead head, double[] scale)
    {
        Rows p = VoterWeights.Combine([Finite(head.Logits(head.Map(_test)))], scale);
        return Enumerable
            .Range(0, _test.Count)
            .GroupBy(row => world.Test.Labels[row])
            .Average(rows => rows.Average(row => Probabilities.Largest(p[row]) == world.Test.Labels[row] ? 100.0 : 0));
    }

    private static Rows Finite(Rows logits)
    {
        float least = logits.Values.Where(float.IsFinite).Min() - 1000;
        return new Rows([.. logits.Values.Select(value => Math.Max(value, least))], logits.Width);
    }

    // The labels at which the best accuracy so far reaches a target; those of the last round if it never does.
    private static double Needed(double[] curve, double target, int start, int round)
    {
        for (int at = 0; at < curve.Length; at++)
        {
            if (curve[at] >= target)
                return at == 0 ? start : start + round * (at - 1 + (target - curve[at - 1]) / Math.Max(curve[at] - curve[at - 1], 1e-9));
        }

        return start + round * (curve.Length - 1.0);
    }

    private static Interval Spread(double[] values)
    {
        var random = new Random(1);
        double[] means = [.. Enumerable.Range(0, Draws).Select(_ => values.Average(_ => values[random.Next(values.Length)]))];
        return Interval.Middle(means, Level);
    }
}
