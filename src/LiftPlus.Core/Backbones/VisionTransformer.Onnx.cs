using LiftPlus.Onnx;
using static TorchSharp.torch;

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

    // What stands in front of the patches is a constant: rows of zeros are put there, and added to.
    private string Embed(OnnxGraph graph, string x)
    {
        if (Config.GlobalTokens > 0)
            x = graph.Apply("Pad", [x, graph.Constant(0, Config.GlobalTokens, 0, 0, 0, 0)]);
        if (Config.GlobalTokens > 0 || pos_embed is not null)
            x = graph.Binary("Add", x, graph.Constant(Summands()));
        return norm_pre?.Write(graph, x) ?? x;
    }

    private Tensor Summands() // (N, D)
    {
        int rows = Config.GlobalRows;
        Tensor? positions = pos_embed?.to(float32),
            first = cls_token?.to(float32).unsqueeze(0);
        if (rows > 0)
            first = TensorMath.Add(first!, positions!.narrow(0, 0, 1));
        Tensor patches = positions?.narrow(0, rows, positions.shape[0] - rows)
            ?? zeros([Config.Places, Config.Width], device: first!.device);
        return cat([.. new[] { first, reg_token?.to(float32), patches }.OfType<Tensor>()], 0);
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
