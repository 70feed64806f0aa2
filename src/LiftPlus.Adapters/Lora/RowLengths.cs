using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>
/// Gives the rows of a changed weight trained lengths (DoRA, arXiv 2402.09353): W' = m · (W + ΔW) / ‖W + ΔW‖ row by row, where m starts at
/// ‖W‖. As in the paper's section 4.3, the norm is a constant for the gradient.
/// </summary>
internal sealed class RowLengths : nn.Module
{
    private static readonly Scalar s_shortest = TensorMath.Hold(1e-12);
    private readonly Parameter magnitude; // m (out)
    private readonly LinearSource _linear;

    public RowLengths(LinearSource linear)
        : base(nameof(RowLengths))
    {
        _linear = linear;
        using (DisposeScope scope = NewDisposeScope())
        using (no_grad())
            (magnitude = new Parameter(Lengths(linear.Weight()).cpu())).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Gets m (out).</summary>
    public Parameter Magnitude => magnitude;

    /// <summary>
    /// Returns the factor g = m / ‖W + ΔW‖ and the shift b (1 - g), such that y' = g y + (1 - g) b + g x ΔWᵀ for y = x Wᵀ + b.
    /// </summary>
    /// <param name="down">A (in, r).</param>
    /// <param name="scaled">s · B (r, out).</param>
    public (Tensor Factor, Tensor Shift) Factors(Tensor down, Tensor scaled)
    {
        Tensor changed;
        using (no_grad())
            changed = TensorMath.Add(_linear.Weight().to(float32), scaled.t().mm(down.t())); // (out, in)
        Tensor factor = FactorOf(changed);
        Tensor shift = _linear.Bias()?.to(float32) is Tensor bias ? TensorMath.Subtract(bias, bias.mul(factor)) : zeros_like(factor);
        return (factor, shift);
    }

    /// <summary>Returns m / ‖row‖ (out) of a weight (out, in).</summary>
    public Tensor FactorOf(Tensor weight)
    {
        Tensor lengths;
        using (no_grad())
            lengths = Lengths(weight);
        return magnitude.div(lengths);
    }

    private static Tensor Lengths(Tensor weight) => weight.to(float32).square().sum(1).sqrt().clamp_min(s_shortest);
}
