using LiftPlus.Onnx;

namespace LiftPlus.Layers;

public sealed partial class TransformerBlock
{
    /// <summary>
    /// Adds the block to a graph: (B, N, D), or (B, 1, D) if only the first token is wanted and every adapter after the attention is
    /// tokenwise.
    /// </summary>
    internal string Write(OnnxGraph graph, string x, bool firstOnly = false)
    {
        firstOnly = firstOnly && Behind.All(site => site.IsTokenwise);
        x = tokens.Write(graph, x, x);
        string branch = Scaled(ls1, attn.Write(graph, norm1.Write(graph, x), firstOnly));
        string h = graph.Binary("Add", firstOnly ? graph.Slice(x, 1, 0, 1) : x, branch);
        string m = Scaled(ls2, mlp.Write(graph, norm2.Write(graph, h)));
        return graph.Binary("Add", h, mlp_branch.Write(graph, h, m));

        string Scaled(LayerScale? scale, string branch) =>
            scale is null ? branch : graph.Binary("Mul", branch, graph.Constant(scale.gamma));
    }
}
