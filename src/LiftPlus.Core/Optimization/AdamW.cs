using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Optimization;

/// <summary>p -= ηλp; m = β₁m + (1-β₁)g; v = β₂v + (1-β₂)g²; p -= η m̂ / (√v̂ + ε).</summary>
internal sealed class AdamW(AdamWOptions options, IEnumerable<OptimizedParameter> parameters) : Optimizer(parameters)
{
    private const string Mean = "exp_avg",
        Square = "exp_avg_sq",
        Steps = "step";

    protected override void Update(Slot slot, Tensor gradient, double learningRate)
    {
        Parameter p = slot.Target.Parameter;
        (Tensor m, Tensor v) = (Entry(slot, Mean), Entry(slot, Square));
        long t = Entry(slot, Steps).add_(TensorMath.One, TensorMath.One).item<long>();
        double decay = options.WeightDecay * slot.Target.WeightDecayFactor;
        if (decay != 0)
            p.mul_(Held(1 - learningRate * decay));
        m.mul_(Held(options.Beta1)).add_(gradient, Held(1 - options.Beta1));
        v.mul_(Held(options.Beta2)).addcmul_(gradient, gradient, Held(1 - options.Beta2));
        Tensor denominator = v.sqrt().mul_(Held(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, t)))).add_(Held(options.Epsilon), TensorMath.One);
        p.addcdiv_(m, denominator, Held(-learningRate / (1 - Math.Pow(options.Beta1, t))));
    }

    protected override Tensor? NewEntry(OptimizedParameter target, string entry) =>
        entry switch
        {
            Mean or Square => zeros_like(target.Parameter),
            Steps => zeros([], int64), // always on the CPU, so that reading it waits for no device
            _ => null,
        };
}
