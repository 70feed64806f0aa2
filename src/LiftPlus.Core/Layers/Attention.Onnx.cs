using LiftPlus.Onnx;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

public sealed partial class Attention
{
    private double QueryFactor => 1 / Math.Sqrt((double)proj.InputWidth / _heads); // 1 / √d

    /// <summary>
    /// Adds the attention of all tokens (B, N, D), or of the first alone (B, 1, D), and a factor γ (D) on it if there is one, to a graph.
    /// </summary>
    internal string Write(OnnxGraph graph, string y, bool firstOnly, Tensor? gamma)
    {
        bool folds = query.Folds && key.Folds && value.Folds && qkv.site.Folds;
        string[] parts = folds ? WriteFolded(graph, y, firstOnly) : WriteAdapted(graph, y, firstOnly);
        return proj.Write(graph, graph.Attend(parts[0], parts[1], parts[2], proj.InputWidth, _heads, _causal), gamma);
    }

    private string[] WriteFolded(OnnxGraph graph, string y, bool firstOnly)
    {
        long D = proj.InputWidth;
        OnnxLinear fused = (qkv.ToOnnx() with { Values = FoldQkv }).ScaledFirst(D, QueryFactor);
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
        parts[0] = graph.Binary("Mul", parts[0], graph.Number(QueryFactor));
        return parts;
    }
}
