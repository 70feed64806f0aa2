using LiftPlus.Onnx;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Projects features by two linear layers with GELU between them, as open_clip's ConvNeXts do: (B, D) to (B, 2E) to (B, E).
/// </summary>
internal sealed class ProjectionMlp : nn.Module<Tensor, Tensor>
{
    internal readonly AdaptableLinear fc1,
        fc2;

    public ProjectionMlp(long width, long embed)
        : base(nameof(ProjectionMlp))
    {
        fc1 = new AdaptableLinear(width, 2 * embed);
        fc2 = new AdaptableLinear(2 * embed, embed, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor features) => fc2.forward(nn.functional.gelu(fc1.forward(features)));

    /// <summary>Adds the projection to a graph.</summary>
    public string Write(OnnxGraph graph, string features) => fc2.Write(graph, Activation.Gelu.Write(graph, fc1.Write(graph, features)));
}
