using LiftPlus.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>
/// Computes the gradient of GNM (<see cref="SharpnessMethod.GaussianNeighborhood"/>), at a point that follows from the seed and the step.
/// </summary>
internal sealed class NoisyGradient(SharpnessOptions options, FineTunedModel model, GradientPass pass, RunTensors tensors)
    : StepGradient(pass)
{
    private const int Draws = -3; // not an image's index: a separate stream
    private static readonly Scalar s_deviation = TensorMath.Hold(1.0 / 3),
        s_minusOne = TensorMath.Hold(-1);

    private ParameterCopy? _before;

    public override void Add(ImageBatch? batch, int ofStep, TrainingState state, StepTally tally)
    {
        using ImageBatch? used = batch;
        if (_before is null)
            Move(state);
        Pass.Accumulate(used, ofStep, state.LossScale, tally);
    }

    public override double Complete(TrainingState state)
    {
        Abandon();
        return base.Complete(state);
    }

    public override void Abandon()
    {
        _before?.Restore();
        _before?.Dispose();
        _before = null;
    }

    private void Move(TrainingState state)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        _before = ParameterCopy.Of(tensors);
        using var random = new Generator(StepRandomness.Word(model.Recipe.Training.Seed, state.Step, Draws));
        double radius = options.Radius * (options.HalvingEpochs is int epochs ? Math.Pow(0.5, state.Epoch / epochs) : 1);
        Scalar held = TensorMath.Hold(radius);
        foreach ((_, TorchSharp.Modules.Parameter parameter) in tensors.Parameters)
        {
            Tensor noise = randn(parameter.shape, generator: random).mul_(s_deviation).clamp_(s_minusOne, TensorMath.One);
            parameter.add_(noise.to(parameter.device), held);
        }

        GC.KeepAlive(held);
    }
}
