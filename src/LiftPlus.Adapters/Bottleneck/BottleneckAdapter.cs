using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>m + up(relu(down(norm m))): m is the output of the site's layer.</summary>
internal sealed class BottleneckAdapter : BottleneckModule
{
    public BottleneckAdapter(long width, long dimension, Generator random)
        : base(nameof(BottleneckAdapter), width, width, dimension, random) => RegisterComponents();

    public override Tensor forward(Tensor input, Tensor m) => AddBranch(m, m); // (..., width)
}
