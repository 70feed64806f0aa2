using static TorchSharp.torch;

namespace LiftPlus.Losses;

/// <summary>
/// Computes what losses need from the class distribution. A class without training images counts as a class with one image, so that its
/// prior, margin and weight stay finite for any label in a batch. This barely changes the shares of other classes.
/// </summary>
internal static class ClassPrior
{
    /// <summary>Returns n_c, at least 1.</summary>
    public static double[] Counts(ClassDistribution classes) => [.. classes.Counts.Select(count => (double)Math.Max(count, 1))];

    /// <summary>Returns p_c = n_c / Σ n.</summary>
    public static double[] Shares(ClassDistribution classes)
    {
        double[] counts = Counts(classes);
        double total = counts.Sum();
        return [.. counts.Select(count => count / total)];
    }

    /// <summary>Returns τ log p_c.</summary>
    public static double[] LogShares(ClassDistribution classes, double tau = 1) =>
        [.. Shares(classes).Select(share => tau * Math.Log(share))];

    /// <summary>Returns the weights divided by their mean.</summary>
    public static double[] MeanOne(IEnumerable<double> weights)
    {
        double[] all = [.. weights];
        double mean = all.Average();
        return [.. all.Select(weight => weight / mean)];
    }

    /// <summary>Creates a float32 vector (C) on the device of the logits.</summary>
    public static Tensor ToTensor(double[] values, Device device) => tensor(values, float32, device);
}
