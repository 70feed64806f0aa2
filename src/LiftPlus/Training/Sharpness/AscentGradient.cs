using LiftPlus.Runs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>
/// Computes the gradient of SAM and its relatives, with a share c for each class:
/// ∇Σ (1 - c) ℓ at w + f · ∇Σ c ℓ at w + ε, where ε = ρ g / ‖g‖ and g = ∇Σ c ℓ at w.
/// </summary>
/// <param name="radius">ρ.</param>
/// <param name="share">c of a class; null for 1.</param>
/// <param name="pass">The passes.</param>
/// <param name="tensors">The parameters.</param>
internal sealed class AscentGradient(double radius, Func<int, double>? share, GradientPass pass, RunTensors tensors) : StepGradient(pass)
{
    private readonly List<(ImageBatch? Batch, int OfStep)> _batches = [];
    private ParameterCopy? _before;

    /// <summary>Gets f.</summary>
    public double Factor { get; init; } = 1;

    public override void Add(ImageBatch? batch, int ofStep, TrainingState state, StepTally tally)
    {
        _batches.Add((batch, ofStep));
        Pass.Accumulate(batch, ofStep, state.LossScale, tally, share);
    }

    public override double Complete(TrainingState state)
    {
        using DisposeScope scope = NewDisposeScope();
        try
        {
            Pass.Complete();
            double norm = GradientClipping.Norm(tensors.Parameters);
            if (!double.IsFinite(norm)) // a step that the loss scale leaves out, or the end
                return state.LossScale is null ? norm : 0;
            (Parameter Parameter, Tensor Gradient)[] ascent = TakeGradients();
            if (share is not null)
                Accumulate(state, label => 1 - share(label));
            _before = ParameterCopy.Of(tensors);
            Climb(ascent, radius / (norm + 1e-12));
            double loss = Accumulate(state, share is null ? null : label => Factor * share(label));
            Pass.Complete();
            return loss;
        }
        finally
        {
            Abandon();
        }
    }

    public override void Abandon()
    {
        _before?.Restore();
        _before?.Dispose();
        _before = null;
        foreach ((ImageBatch? batch, _) in _batches)
            batch?.Dispose();
        _batches.Clear();
    }

    private double Accumulate(TrainingState state, Func<int, double>? weight) =>
        _batches.Sum(entry => Pass.Accumulate(entry.Batch, entry.OfStep, state.LossScale, null, weight));

    private (Parameter, Tensor)[] TakeGradients()
    {
        var taken = tensors
            .Parameters.Where(entry => entry.Parameter.grad is not null)
            .Select(entry => (entry.Parameter, entry.Parameter.grad!.alias()))
            .ToArray();
        tensors.Optimizer.ZeroGrad();
        return taken;
    }

    private static void Climb((Parameter Parameter, Tensor Gradient)[] ascent, double factor)
    {
        using IDisposable noGrad = no_grad();
        Scalar held = TensorMath.Hold(factor);
        foreach ((Parameter parameter, Tensor gradient) in ascent)
            parameter.add_(gradient, held);
        GC.KeepAlive(held);
    }
}
