using LiftPlus.Onnx;
using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>y γ + β, element by element.</summary>
internal sealed class SsfAdapter : Adapter, IMergeableAdapter, IOnnxModule
{
    private readonly Parameter scale,
        shift; // (width)

    public SsfAdapter(long width, Generator random)
        : base(nameof(SsfAdapter))
    {
        scale = new Parameter(empty(width).normal_(1, 0.02, random));
        shift = new Parameter(empty(width).normal_(0, 0.02, random));
        RegisterComponents();
    }

    public override bool IsTokenwise => true;

    public override Tensor forward(Tensor input, Tensor y) => shift.addcmul(y, scale, TensorMath.One); // (..., width)

    public string Write(OnnxGraph graph, params string[] inputs) =>
        graph.Binary("Add", graph.Binary("Mul", inputs[1], graph.Constant(scale)), graph.Constant(shift));

    public (Tensor Weight, Tensor? Bias) Merge(Tensor weight, Tensor? bias) =>
        (weight.mul(scale.unsqueeze(-1)), bias is null ? shift : shift.addcmul(bias, scale, TensorMath.One));
}
