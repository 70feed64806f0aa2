using LiftPlus.Onnx;
using static TorchSharp.torch;

namespace LiftPlus.Backbones;

internal sealed partial class VisionTransformer : IOnnxModule
{
    /// <inheritdoc/>
    public string Write(OnnxGraph graph, params string[] inputs)
    {
        string x = graph.Binary("Add", WithClassToken(graph, patch_embed.Write(graph, inputs[0])), graph.Constant(Positions()));
        x = norm_pre?.Write(graph, x) ?? x;
        foreach ((int i, Layers.TransformerBlock block) in blocks.Index())
            x = block.Write(graph, x, firstOnly: attn_pool is null && i == blocks.Count - 1);
        x = attn_pool is null
            ? norm.Write(graph, graph.Reshape(graph.Slice(x, 1, 0, 1), 0, Config.Width))
            : attn_pool.Write(graph, norm.Write(graph, x));
        return feature.Write(graph, x, x);
    }

    // A row of zeros before the patches: the class token is in the first row of the positions.
    private string WithClassToken(OnnxGraph graph, string patches) =>
        cls_token is null ? patches : graph.Apply("Pad", [patches, graph.Constant(0, 1, 0, 0, 0, 0)]);

    private Tensor Positions() // (N, D)
    {
        Tensor positions = pos_embed.to(float32);
        if (cls_token is null)
            return positions;
        Tensor first = TensorMath.Add(positions.narrow(0, 0, 1), cls_token.to(float32));
        return cat([first, positions.narrow(0, 1, positions.shape[0] - 1)], 0);
    }
}
