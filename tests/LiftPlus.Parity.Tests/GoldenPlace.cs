using LiftPlus.TestSupport;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Where and in which type golden cases are computed, and how near to the stored numbers they must come.</summary>
/// <param name="Device">Where.</param>
/// <param name="Storage">The type of the image tower's frozen weights.</param>
/// <param name="RelativeNorm">
/// Null for the golden files' own rule, which holds for float32. For a rounding type: ‖got - want‖₂ ≤ this · ‖want‖₂, tensor by tensor.
/// </param>
internal sealed record GoldenPlace(Device Device, ScalarType Storage, double? RelativeNorm = null)
{
    /// <summary>The CPU in float32.</summary>
    public static GoldenPlace Cpu { get; } = new(CPU, float32);

    /// <summary>Gets the largest ‖got - want‖₂ / ‖want‖₂ of all comparisons so far, and where it was.</summary>
    public (double Difference, string What) Worst { get; private set; }

    /// <summary>Compares a tensor with the stored one.</summary>
    public void Near(GoldenTensor want, Tensor got, string what)
    {
        double difference = Difference(want, got);
        if (!(difference <= Worst.Difference)) // NaN counts
            Worst = (difference, what);
        if (RelativeNorm is not double bound)
            PeftGolden.Near(want, got, what);
        else
            Assert.True(difference <= bound, $"{what}: ‖got - want‖ / ‖want‖ is {difference:G3}, allowed {bound:G3}.");
    }

    // A gradient that is zero in exact arithmetic holds rounding noise alone.
    private static double Difference(GoldenTensor want, Tensor got)
    {
        double[] wanted = [.. want.Floats().Select(value => (double)value)],
            values = TensorAssert.Doubles(got);
        Assert.Equal(wanted.Length, values.Length);
        double norm = Math.Sqrt(wanted.Sum(value => value * value));
        return Math.Sqrt(wanted.Zip(values, (w, v) => (w - v) * (w - v)).Sum()) / Math.Max(norm, 1e-3);
    }
}
