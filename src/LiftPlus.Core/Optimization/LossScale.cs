using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Optimization;

/// <summary>
/// Dynamic loss scaling (arXiv 1710.03740) for float16, whose small gradients would vanish: the loss is multiplied before the backward pass and the
/// gradients are divided after it. A step whose gradients are not finite is left out and halves the factor; 2,000 good steps in a row double it.
/// An immutable value, to be kept in a checkpoint as it is.
/// </summary>
public sealed record LossScale
{
    private const int GrowthInterval = 2000;

    /// <summary>The factor, a power of two.</summary>
    /// <value>The value of a new run is 65,536.</value>
    public double Factor { get; init; } = 65_536;

    /// <summary>Steps with finite gradients since the factor last changed.</summary>
    public int GoodSteps { get; init; }

    /// <summary>The loss to run backward from.</summary>
    public Tensor Apply(Tensor loss) => TensorMath.Scale(loss, Factor);

    /// <summary>Divides every gradient by the factor, in place.</summary>
    /// <returns>Whether all of them are finite; if not, they are of no use and the step must be left out.</returns>
    public bool Unscale(IEnumerable<Parameter> parameters)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Scalar inverse = TensorMath.Hold(1 / Factor);
        List<Tensor> norms = [];
        foreach (Parameter parameter in parameters)
        {
            if (parameter.grad is Tensor gradient && gradient.numel() > 0) // a sparse mask can choose nothing of a tensor
                norms.Add(gradient.mul_(inverse).abs().max()); // NaN and infinity both come through a maximum
        }

        bool isFinite = norms.Count == 0 || stack(norms, 0).isfinite().all().item<bool>();
        GC.KeepAlive(inverse);
        return isFinite;
    }

    /// <summary>The scale of the next step.</summary>
    /// <param name="isFinite">What <see cref="Unscale"/> found in this one.</param>
    /// <exception cref="LiftPlusException">The gradients are not finite at any scale.</exception>
    public LossScale After(bool isFinite)
    {
        if (isFinite)
            return GoodSteps + 1 < GrowthInterval ? this with { GoodSteps = GoodSteps + 1 } : new LossScale { Factor = Factor * 2 };
        if (Factor > 1)
            return new LossScale { Factor = Factor / 2 };
        throw new LiftPlusException(
            "The gradients are infinite or NaN in float16 even without loss scaling: activations exceed 65,504, or training has diverged. Use the "
                + "precision BFloat16 or Float32, or a smaller learning rate."
        );
    }
}
