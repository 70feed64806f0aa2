using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Optimization;

/// <summary>d = g + λp; v = d at first, then μv + d; p -= η v, or with Nesterov momentum p -= η (d + μv).</summary>
internal sealed class Sgd(SgdOptions options, IEnumerable<OptimizedParameter> parameters) : Optimizer(parameters)
{
    private const string Momentum = "momentum";

    protected override void Update(Slot slot, Tensor gradient, double learningRate)
    {
        Parameter p = slot.Target.Parameter;
        double decay = options.WeightDecay * slot.Target.WeightDecayFactor;
        Tensor d = decay == 0 ? gradient : gradient.add(p, Held(decay));
        if (options.Momentum > 0)
        {
            Tensor v = slot.State.TryGetValue(Momentum, out Tensor? kept)
                ? kept.mul_(Held(options.Momentum)).add_(d, TensorMath.One)
                : slot.Keep(Momentum, empty_like(p).copy_(d));
            d = options.Nesterov ? d.add(v, Held(options.Momentum)) : v;
        }

        p.add_(d, Held(-learningRate));
    }

    protected override Tensor? NewEntry(OptimizedParameter target, string entry) =>
        entry == Momentum && options.Momentum > 0 ? zeros_like(target.Parameter) : null;
}
