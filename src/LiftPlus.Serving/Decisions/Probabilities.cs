namespace LiftPlus.Decisions;

/// <summary>Computes probabilities in float64.</summary>
internal static class Probabilities
{
    /// <summary>Computes softmax(scale · z + shift).</summary>
    /// <param name="logits">The logits z (C).</param>
    /// <param name="to">The probabilities (C).</param>
    /// <param name="scale">The factor, 1 divided by a temperature.</param>
    /// <param name="shift">What is added for each class (C), such as the logarithms of a prior; empty for zeros.</param>
    public static void Softmax(ReadOnlySpan<float> logits, Span<double> to, double scale = 1, ReadOnlySpan<double> shift = default)
    {
        double most = double.NegativeInfinity;
        for (int c = 0; c < logits.Length; c++)
        {
            to[c] = scale * logits[c] + (shift.IsEmpty ? 0 : shift[c]);
            most = Math.Max(most, to[c]);
        }

        double total = 0;
        for (int c = 0; c < logits.Length; c++)
            total += to[c] = Math.Exp(to[c] - most);
        for (int c = 0; c < logits.Length; c++)
            to[c] /= total;
    }

    /// <summary>Returns log Σ exp(z).</summary>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        double most = double.NegativeInfinity,
            total = 0;
        foreach (float value in logits)
            most = Math.Max(most, value);
        foreach (float value in logits)
            total += Math.Exp(value - most);
        return most + Math.Log(total);
    }

    /// <summary>Returns the place of the largest value, the first in a tie.</summary>
    public static int Largest(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int c = 1; c < values.Length; c++)
            best = values[c] > values[best] ? c : best;
        return best;
    }

    /// <summary>Returns the share of each class of the training images. A class without images counts as one with one image.</summary>
    public static double[] Shares(ClassDistribution classes)
    {
        double total = classes.Counts.Sum(count => (double)Math.Max(count, 1));
        return [.. classes.Counts.Select(count => Math.Max(count, 1) / total)];
    }
}
