using LiftPlus.Onnx;
using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>y + α / r · x A B: a change of rank r to the site's weight, at first zero because B is zero.</summary>
internal sealed class LoraAdapter : Adapter, IMergeableAdapter, IOnnxModule
{
    private readonly Parameter down; // A (in, r)
    private readonly Parameter up; // B (r, out)
    private readonly Scalar _scale;

    public LoraAdapter(long inputWidth, long outputWidth, long rank, double alpha, Generator random)
        : base(nameof(LoraAdapter))
    {
        // Kaiming-uniform with a = √5, whose fan-in is the second axis of (in, r): the bound is 1/√r.
        double bound = 1 / Math.Sqrt(rank);
        down = new Parameter(empty(inputWidth, rank).uniform_(-bound, bound, random));
        up = new Parameter(zeros(rank, outputWidth));
        (Alpha, _scale) = (alpha, TensorMath.Hold(alpha / rank));
        RegisterComponents();
    }

    /// <summary>Gets A (in, r).</summary>
    public Parameter Down => down;

    /// <summary>Gets B (r, out).</summary>
    public Parameter Up => up;

    /// <summary>Gets α.</summary>
    public double Alpha { get; }

    public override bool IsTokenwise => true;

    public override Tensor forward(Tensor x, Tensor y) // (B, N, in), (B, N, out)
    {
        // A copy with r rows of the width, as in BottleneckModule.
        Tensor low = nn.functional.linear(x, down.t().contiguous()); // (B, N, r)
        return TensorMath.Add_(nn.functional.linear(low, up.mul(_scale).t()), y);
    }

    public string Write(OnnxGraph graph, params string[] inputs)
    {
        string low = graph.Linear(inputs[0], down.t(), bias: null);
        return graph.Binary("Add", graph.Linear(low, up.mul(_scale).t(), bias: null), inputs[1]);
    }

    public (Tensor Weight, Tensor? Bias) Merge(Tensor weight, Tensor? bias) => (TensorMath.Add(weight, down.mm(up).t().mul(_scale)), bias);
}
