using LiftPlus.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>m + s · up(relu(down(norm h))): h is the residual stream before the MLP, m the output of the MLP.</summary>
internal sealed class AdaptFormerAdapter : BottleneckModule, IOnnxModule
{
    private readonly Parameter scale;

    public AdaptFormerAdapter(long inputWidth, long outputWidth, long dimension, Generator random)
        : base(nameof(AdaptFormerAdapter), inputWidth, outputWidth, dimension, random)
    {
        scale = new Parameter(ones([]));
        RegisterComponents();
    }

    public override Tensor forward(Tensor h, Tensor m) => AddBranch(m, h, scale); // (B, N, D)

    public string Write(OnnxGraph graph, params string[] inputs) => WriteBranch(graph, inputs[1], inputs[0], scale);
}
