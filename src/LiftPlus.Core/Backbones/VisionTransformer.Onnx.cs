using LiftPlus.Onnx;

namespace LiftPlus.Backbones;

internal sealed partial class VisionTransformer : IOnnxModule
{
    /// <inheritdoc/>
    public string Write(OnnxGraph graph, params string[] inputs)
    {
        string x = graph.Binary("Add", WithClassToken(graph, patch_embed.Write(graph, inputs[0])), Positions(graph));
        x = norm_pre?.Write(graph, x) ?? x;
        foreach ((int i, Layers.TransformerBlock block) in blocks.Index())
            x = block.Write(graph, x, firstOnly: attn_pool is null && i == blocks.Count - 1);
        x = attn_pool is null
            ? norm.Write(graph, graph.Reshape(graph.Slice(x, 1, 0, 1), 0, Config.Width))
            : attn_pool.Write(graph, norm.Write(graph, x));
        return feature.Write(graph, x, x);
    }

    // A row of zeros before the patches: the class token is added with the positions.
    private string WithClassToken(OnnxGraph graph, string patches) =>
        cls_token is null ? patches : graph.Apply("Pad", [patches, graph.Constant(0, 1, 0, 0, 0, 0)]);

    // (N, D), with the class token in the first row: a sum of constants, which runtimes compute once.
    private string Positions(OnnxGraph graph)
    {
        string positions = graph.Constant(pos_embed);
        if (cls_token is null)
            return positions;
        string token = graph.Reshape(graph.Constant(cls_token), 1, Config.Width);
        return graph.Binary("Add", positions, graph.Apply("Pad", [token, graph.Constant(0, 0, pos_embed.shape[0] - 1, 0)]));
    }
}
