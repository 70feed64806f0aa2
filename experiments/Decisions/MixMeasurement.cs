using LiftPlus.Decisions;

namespace LiftPlus.Experiments.Decisions;

/// <summary>Measures what adapting to the mix of unlabelled test images gains or loses.</summary>
internal sealed class MixMeasurement(ClassDistribution classes, double[] logReference, ScoredImages pool)
{
    private const int TestImages = 2000;

    /// <summary>Returns the change of accuracy by each method, in percentage points.</summary>
    /// <param name="seed">The seed of the model, and of the draws.</param>
    public IEnumerable<Row> Measure(int seed)
    {
        double[] shares = Probabilities.Shares(classes);
        int[] ranked = [.. Enumerable.Range(0, shares.Length).OrderByDescending(label => shares[label])];
        double[] backward = new double[shares.Length];
        foreach ((int rank, int label) in ranked.Index())
            backward[label] = shares[ranked[^(rank + 1)]];
        double[] scrambled = [.. shares];
        new Random(100 + seed).Shuffle(scrambled);
        (string Name, double[] Mix)[] mixes =
        [
            ("unshifted", [.. shares.Select(_ => 1.0 / shares.Length)]),
            ("forward", shares),
            ("backward", backward),
            ("scrambled", scrambled),
        ];
        return mixes.SelectMany(entry => Measure(seed, entry.Name, entry.Mix));
    }

    private IEnumerable<Row> Measure(int seed, string name, double[] mix)
    {
        var random = new Random(seed);
        (ScoredImages validation, ScoredImages rest) = pool.Split(pool.Count / classes.ClassCount / 2, random);
        PredictionPolicy policy = PolicyFit.Fit(validation, null, classes, logReference, new PredictionPolicyOptions());
        ScoredImages test = rest.Draw(TestImages, mix, random);
        double before = Accuracy(policy, test);
        string topic = $"mix, seed {seed}";
        yield return new Row(topic, name, "none", "accuracy %", before);
        foreach (MixMethod method in Enum.GetValues<MixMethod>())
        {
            MixEstimate estimate = MixEstimate.From(policy, test.Logits, new MixOptions { Method = method });
            double always = Accuracy(policy with { Prior = estimate.Prior }, test) - before;
            yield return new Row(topic, name, method.ToString(), "gain, always adapted", always);
            yield return new Row(topic, name, method.ToString(), "gain, adapted if shifted", estimate.IsShifted ? always : 0);
            if (method == MixMethod.Pooled)
                yield return new Row(topic, name, "test", "p-value", estimate.PValue);
        }

        yield return new Row(topic, name, "oracle", "gain", Accuracy(policy with { Prior = [.. mix] }, test) - before);
    }

    private static double Accuracy(PredictionPolicy policy, ScoredImages test) =>
        PolicyMeasurement.Measure(policy with { Detector = null }, test, null).AccuracyAfter;
}
