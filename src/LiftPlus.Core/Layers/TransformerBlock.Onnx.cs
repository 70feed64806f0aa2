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
        string branch = attn.Write(graph, norm1.Write(graph, x), firstOnly, ls1?.gamma);
        string h = graph.Binary("Add", firstOnly ? graph.Slice(x, 1, 0, 1) : x, branch);
        string m = mlp.Write(graph, norm2.Write(graph, h), ls2?.gamma);
        return graph.Binary("Add", h, mlp_branch.Write(graph, h, m));
    }
}
