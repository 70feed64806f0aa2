using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>
/// The branch up(relu(down(norm x))), width → r → width, that AdaptFormer, Adapter and CLIP-Adapter share.
/// Zero when created, because up is.
/// </summary>
internal abstract class BottleneckModule : Adapter
{
    private protected readonly LayerNorm norm;
    private protected readonly Linear down,
        up;

    protected BottleneckModule(string name, long inputWidth, long outputWidth, long dimension, Generator random)
        : base(name)
    {
        norm = nn.LayerNorm(inputWidth); // 1, 0
        down = nn.Linear(inputWidth, dimension);
        up = nn.Linear(dimension, outputWidth);
        using IDisposable noGrad = no_grad();
        double bound = 1 / Math.Sqrt(inputWidth); // Kaiming-uniform with a = √5 on (r, width)
        down.weight.uniform_(-bound, bound, random);
        down.bias!.zero_();
        up.weight.zero_();
        up.bias!.zero_();
    }

    public override bool IsTokenwise => true;

    /// <summary>x (..., width) to the branch's value of the same shape.</summary>
    protected Tensor Branch(Tensor x) => up.forward(Narrow(x));

    /// <summary>The branch's value times a scalar tensor; the scale meets the small weight instead of the tokens.</summary>
    protected Tensor Branch(Tensor x, Tensor scale) => nn.functional.linear(Narrow(x), up.weight.mul(scale), up.bias!.mul(scale));

    private Tensor Narrow(Tensor x) => down.forward(norm.forward(x)).relu_(); // (..., r)
}
