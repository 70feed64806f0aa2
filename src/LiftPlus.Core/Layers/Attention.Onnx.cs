using LiftPlus.Onnx;

namespace LiftPlus.Layers;

public sealed partial class Attention
{
    /// <summary>Adds the attention of all tokens (B, N, D), or of the first alone (B, 1, D), to a graph.</summary>
    internal string Write(OnnxGraph graph, string y, bool firstOnly)
    {
        bool folds = query.Folds && key.Folds && value.Folds && qkv.site.Folds;
        string[] parts = folds ? WriteFolded(graph, y, firstOnly) : WriteAdapted(graph, y, firstOnly);
        return proj.Write(graph, graph.Attend(parts[0], parts[1], parts[2], proj.InputWidth, _heads, _causal));
    }

    private string[] WriteFolded(OnnxGraph graph, string y, bool firstOnly)
    {
        long D = proj.InputWidth;
        OnnxLinear fused = qkv.ToOnnx() with { Values = FoldQkv };
        if (!firstOnly)
            return graph.Chunk(graph.Linear(y, fused), 3);
        string q = graph.Linear(graph.Slice(y, 1, 0, 1), fused.Rows(0, D));
        return [q, .. graph.Chunk(graph.Linear(y, fused.Rows(D, 2 * D)), 2)];
    }

    private string[] WriteAdapted(OnnxGraph graph, string y, bool firstOnly)
    {
        string[] parts = graph.Chunk(graph.Linear(y, qkv.ToOnnx()), 3);
        parts = [query.Write(graph, y, parts[0]), key.Write(graph, y, parts[1]), value.Write(graph, y, parts[2])];
        if (!qkv.site.IsEmpty)
            parts = graph.Chunk(qkv.site.Write(graph, y, graph.Concat(-1, parts)), 3);
        if (firstOnly)
            parts[0] = graph.Slice(parts[0], 1, 0, 1);
        return parts;
    }
}
