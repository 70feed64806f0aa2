using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>
/// What losses read from the class distribution. A class without training images counts as if it had one: its prior, margin and weight are
/// those of the rarest possible class, so nothing is infinite, whatever label a batch holds. Other classes' shares change by that only.
/// </summary>
internal static class ClassPrior
{
    /// <summary>n_c, at least 1.</summary>
    public static double[] Counts(ClassDistribution classes) => [.. classes.Counts.Select(count => (double)Math.Max(count, 1))];

    /// <summary>p_c = n_c / Σ n.</summary>
    public static double[] Shares(ClassDistribution classes)
    {
        double[] counts = Counts(classes);
        double total = counts.Sum();
        return [.. counts.Select(count => count / total)];
    }

    /// <summary>τ log p_c.</summary>
    public static double[] LogShares(ClassDistribution classes, double tau = 1) =>
        [.. Shares(classes).Select(share => tau * Math.Log(share))];

    /// <summary>Weights divided by their mean.</summary>
    public static double[] MeanOne(IEnumerable<double> weights)
    {
        double[] all = [.. weights];
        double mean = all.Average();
        return [.. all.Select(weight => weight / mean)];
    }

    /// <summary>A float32 vector (C) where the logits are.</summary>
    public static Tensor ToTensor(double[] values, Device device) => tensor(values, float32, device);
}
