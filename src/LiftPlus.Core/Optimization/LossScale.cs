using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Optimization;

/// <summary>
/// Represents the state of dynamic loss scaling (arXiv 1710.03740) for float16, in which small gradients would become zero: the loss is
/// multiplied by a factor before the backward pass, and the gradients are divided by it afterwards. A step with NaN or infinite gradients
/// is skipped and halves the factor; 2,000 good steps in a row double it. Immutable, so that a checkpoint can store it.
/// </summary>
internal sealed record LossScale
{
    private const int GrowthInterval = 2000;

    /// <summary>Gets the factor, a power of two. A new run starts at 65,536.</summary>
    public double Factor { get; init; } = 65_536;

    /// <summary>Gets the number of steps with finite gradients since the factor last changed.</summary>
    public int GoodSteps { get; init; }

    /// <summary>Returns the loss times the factor, for the backward pass.</summary>
    public Tensor Apply(Tensor loss) => TensorMath.Scale(loss, Factor);

    /// <summary>Divides every gradient by the factor, in place.</summary>
    /// <returns>Whether all gradients are finite. If not, the step must be skipped.</returns>
    public bool Unscale(IEnumerable<Parameter> parameters)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Scalar inverse = TensorMath.Hold(1 / Factor);
        List<Tensor> norms = [];
        foreach (Parameter parameter in parameters)
        {
            if (parameter.grad is Tensor gradient && gradient.numel() > 0) // a sparse mask can choose nothing of a tensor
                norms.Add(gradient.mul_(inverse).abs().max()); // a maximum keeps NaN and infinity
        }

        bool isFinite = norms.Count == 0 || stack(norms, 0).isfinite().all().item<bool>();
        GC.KeepAlive(inverse);
        return isFinite;
    }

    /// <summary>Returns the scale for the next step.</summary>
    /// <param name="isFinite">The result of <see cref="Unscale"/> in this step.</param>
    /// <exception cref="LiftPlusException">The gradients are NaN or infinite at every scale.</exception>
    public LossScale After(bool isFinite)
    {
        if (isFinite)
            return GoodSteps + 1 < GrowthInterval ? this with { GoodSteps = GoodSteps + 1 } : new LossScale { Factor = Factor * 2 };
        if (Factor > 1)
            return new LossScale { Factor = Factor / 2 };
        throw new LiftPlusException(
            "The gradients are infinite or NaN in float16 even without loss scaling: activations exceed 65,504, or training has diverged. "
                + "Use the precision BFloat16 or Float32, or a smaller learning rate."
        );
    }
}
