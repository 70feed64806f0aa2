using LiftPlus.TestSupport;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Where and in which type golden cases are computed, and how near to the stored numbers they must come.</summary>
/// <param name="Device">Where.</param>
/// <param name="Storage">The type of the image tower's frozen weights.</param>
/// <param name="RelativeNorm">
/// Null for the golden files' own rule, which holds for float32. For a rounding type: ‖got - want‖₂ ≤ this · ‖want‖₂, tensor by tensor, and
/// three times that for the gradient, all its tensors as one: an adapter has few ReLUs, and one that rounds to the other side changes
/// much of it.
/// </param>
internal sealed record GoldenPlace(Device Device, ScalarType Storage, double? RelativeNorm = null)
{
    private (double Off, double Norm) _gradient;

    /// <summary>The CPU in float32.</summary>
    public static GoldenPlace Cpu { get; } = new(CPU, float32);

    /// <summary>Gets the largest ‖got - want‖₂ / ‖want‖₂ of all comparisons so far, and where it was.</summary>
    public (double Difference, string What) Worst { get; private set; }

    /// <summary>Compares a tensor with the stored one.</summary>
    public void Near(GoldenTensor want, Tensor got, string what)
    {
        if (RelativeNorm is null)
            PeftGolden.Near(want, got, what);
        (double off, double norm) = Squares(want, got);
        Require(off, norm, what);
    }

    /// <summary>Compares a tensor of the gradient with the stored one.</summary>
    public void NearGradient(GoldenTensor want, Tensor got, string what)
    {
        if (RelativeNorm is null)
            PeftGolden.Near(want, got, what);
        (double off, double norm) = Squares(want, got);
        _gradient = (_gradient.Off + off, _gradient.Norm + norm);
    }

    /// <summary>Compares all that <see cref="NearGradient"/> has seen since the last time, as one vector.</summary>
    public void EndGradients()
    {
        const double ofGradient = 3;
        Require(_gradient.Off, _gradient.Norm, "gradient", ofGradient);
        _gradient = default;
    }

    private void Require(double offSquared, double normSquared, string what, double factor = 1)
    {
        double difference = Math.Sqrt(offSquared) / Math.Max(Math.Sqrt(normSquared), 1e-3); // a tensor of zeros holds rounding noise alone
        if (!(difference <= Worst.Difference)) // NaN counts
            Worst = (difference, what);
        Assert.True(
            RelativeNorm is not double bound || difference <= factor * bound,
            $"{what}: ‖got - want‖ / ‖want‖ is {difference:G3}, allowed {factor * RelativeNorm:G3}."
        );
    }

    private static (double Off, double Norm) Squares(GoldenTensor want, Tensor got)
    {
        double[] wanted = [.. want.Floats().Select(value => (double)value)];
        double[] values = TensorAssert.Doubles(got);
        Assert.Equal(wanted.Length, values.Length);
        return (wanted.Zip(values, (w, v) => (w - v) * (w - v)).Sum(), wanted.Sum(value => value * value));
    }
}
