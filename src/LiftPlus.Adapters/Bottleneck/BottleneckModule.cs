using LiftPlus.Onnx;
using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>
/// Computes the branch up(relu(down(norm x))), width → r → width, that AdaptFormer, Adapter and CLIP-Adapter share. At first it is zero,
/// because up is zero.
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

    /// <summary>Adds the branch of x to m; both have the shape (..., width).</summary>
    protected Tensor AddBranch(Tensor m, Tensor x) => Add(m, Narrow(x), up.weight, up.bias!);

    /// <summary>Adds the branch of x times a scalar, which is applied to the small weight, not to the tokens.</summary>
    protected Tensor AddBranch(Tensor m, Tensor x, Tensor scale) => Add(m, Narrow(x), up.weight.mul(scale), up.bias!.mul(scale));

    /// <summary>Adds the sum of m and the branch of x times a scalar, which goes into the weights, to a graph.</summary>
    protected string WriteBranch(OnnxGraph graph, string m, string x, Tensor scale)
    {
        string normal = graph.LayerNorm(x, norm.weight!, norm.bias!, norm.eps);
        string narrow = graph.Apply("Relu", [graph.Linear(normal, down.weight, down.bias)]);
        return graph.Binary("Add", m, graph.Linear(narrow, up.weight.mul(scale), up.bias!.mul(scale)));
    }

    private Tensor Narrow(Tensor x) => down.forward(norm.forward(x)).relu_(); // (..., r)

    // The copy of the weight holds r rows of the width. Where the r values of a row lie together instead, libtorch's products of the
    // backward pass take four times as long on the CPU if r is small. m is added in place: the product is not needed by itself.
    private static Tensor Add(Tensor m, Tensor z, Tensor weight, Tensor bias)
    {
        (long width, long r) = (weight.shape[0], weight.shape[1]);
        Tensor rows = bias.addmm(z.reshape(-1, r), weight.t().contiguous()); // no view, on which adding in place would cost a copy
        return TensorMath.Add_(rows, m.reshape(-1, width)).view(m.shape);
    }
}
