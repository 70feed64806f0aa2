using LiftPlus.Onnx;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>m + up(relu(down(norm m))): m is the output of the site's layer.</summary>
internal sealed class BottleneckAdapter : BottleneckModule, IOnnxModule
{
    public BottleneckAdapter(long width, long dimension, Generator random)
        : base(nameof(BottleneckAdapter), width, width, dimension, random) => RegisterComponents();

    public override Tensor forward(Tensor input, Tensor m) => AddBranch(m, m); // (..., width)

    public string Write(OnnxGraph graph, params string[] inputs) => WriteBranch(graph, inputs[1], inputs[1], ones([]));
}
