using LiftPlus.Onnx;

namespace LiftPlus.Backbones;

internal sealed partial class VisionTransformer : IOnnxModule
{
    /// <inheritdoc/>
    public string Write(OnnxGraph graph, params string[] inputs)
    {
        string x = Embed(graph, patch_embed.Write(graph, inputs[0]));
        bool first = Config.Pooling == TokenPooling.ClassToken;
        foreach ((int i, Layers.TransformerBlock block) in blocks.Index())
            x = block.Write(graph, x, firstOnly: first && i == blocks.Count - 1);
        x = Pool(graph, x);
        return feature.Write(graph, x, x);
    }

    // Rows of zeros before the patches: class token and registers are added with the positions.
    private string Embed(OnnxGraph graph, string x)
    {
        if (Config.GlobalTokens > 0)
            x = graph.Apply("Pad", [x, graph.Constant(0, Config.GlobalTokens, 0, 0, 0, 0)]);
        if (Config.GlobalTokens > 0 || pos_embed is not null)
            x = graph.Binary("Add", x, Summands(graph));
        return norm_pre?.Write(graph, x) ?? x;
    }

    // (N, D): computed from constants alone, which runtimes do once.
    private string Summands(OnnxGraph graph)
    {
        string? positions = pos_embed is null ? null : graph.Constant(pos_embed),
            token = cls_token is null ? null : graph.Reshape(graph.Constant(cls_token), 1, Config.Width);
        if (positions is not null && token is not null && Config.GlobalRows > 0)
        {
            token = graph.Binary("Add", token, graph.Slice(positions, 0, 0, 1));
            positions = graph.Slice(positions, 0, 1, long.MaxValue);
        }

        string? registers = reg_token is null ? null : graph.Constant(reg_token);
        string[] rows = [.. new[] { token, registers, positions }.OfType<string>()];
        string all = rows.Length == 1 ? rows[0] : graph.Concat(0, rows);
        return positions is null ? graph.Apply("Pad", [all, graph.Constant(0, 0, Config.Places, 0)]) : all;
    }

    private string Pool(OnnxGraph graph, string x)
    {
        switch (Config.Pooling)
        {
            case TokenPooling.ClassToken:
                return norm.Write(graph, graph.Reshape(graph.Slice(x, 1, 0, 1), 0, Config.Width));
            case TokenPooling.Attention:
                return attn_pool!.Write(graph, norm.Write(graph, x));
            default:
                string patches = graph.Slice(x, 1, -Config.Places, long.MaxValue);
                return Config.NormalizesPooled ? norm.Write(graph, Mean(graph, patches)) : Mean(graph, norm.Write(graph, patches));
        }
    }

    private static string Mean(OnnxGraph graph, string x) => graph.Apply("ReduceMean", [x, graph.Constant(1L)], ("keepdims", 0));
}
