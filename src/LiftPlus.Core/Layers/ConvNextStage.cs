using LiftPlus.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

/// <summary>
/// Represents a stage of ConvNeXt (arXiv 2201.03545): a convolution over patches, with a LayerNorm over the channels after it in the first
/// stage and before it in the others, and blocks.
/// </summary>
internal sealed class ConvNextStage : nn.Module<Tensor, Tensor>
{
    internal readonly BiasedConvolution conv;
    internal readonly FloatLayerNorm norm;
    internal readonly ModuleList<ConvNextBlock> blocks;
    private readonly bool _isFirst;

    public ConvNextStage(long input, long channels, long depth, bool isFirst, double eps)
        : base(nameof(ConvNextStage))
    {
        _isFirst = isFirst;
        conv = BiasedConvolution.Patches(input, channels, isFirst ? 4 : 2);
        norm = new FloatLayerNorm(isFirst ? channels : input, eps);
        blocks = nn.ModuleList([.. Enumerable.Range(0, (int)depth).Select(_ => new ConvNextBlock(channels, eps))]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) // (B, C, H, W)
    {
        using DisposeScope scope = NewDisposeScope();
        x = Enter(x);
        foreach (ConvNextBlock block in blocks)
            x = block.forward(x);
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Computes what enters the first block.</summary>
    internal Tensor Enter(Tensor x) => _isFirst ? Normalize(conv.forward(x)) : conv.forward(Normalize(x));

    /// <summary>Adds the stage to a graph.</summary>
    public string Write(OnnxGraph graph, string x)
    {
        string Normalize(string y) => graph.Transpose(norm.Write(graph, graph.Transpose(y, 0, 2, 3, 1)), 0, 3, 1, 2);
        x = _isFirst ? Normalize(conv.Write(graph, x)) : conv.Write(graph, Normalize(x));
        foreach (ConvNextBlock block in blocks)
            x = block.Write(graph, x);
        return x;
    }

    private Tensor Normalize(Tensor x) => norm.forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2);
}
