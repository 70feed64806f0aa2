using LiftPlus.Onnx;

namespace LiftPlus.Layers;

public sealed partial class Attention
{
    /// <summary>Adds the attention of all tokens (B, N, D), or of the first alone (B, 1, D), to a graph.</summary>
    internal string Write(OnnxGraph graph, string y, bool firstOnly)
    {
        bool folds = query.Folds && key.Folds && value.Folds && qkv.site.Folds;
        string[] parts = folds ? WriteFolded(graph, y, firstOnly) : WriteAdapted(graph, y, firstOnly);
        OnnxAttention attention = new(proj.InputWidth, _heads)
        {
            IsCausal = _causal,
            Query = q => WriteTurn(graph, q_norm?.Write(graph, q) ?? q, isTurned: !firstOnly), // the first token is not rotated
            Key = _rotary is null && k_norm is null ? null : k => WriteTurn(graph, k_norm?.Write(graph, k) ?? k, isTurned: true),
            Bias = relative?.Write(graph, y, firstOnly),
        };
        string mixed = graph.Attend(parts[0], parts[1], parts[2], attention);
        return proj.Write(graph, norm?.Write(graph, mixed) ?? mixed);
    }

    // (B, H, N, d): the last places are rotated, whatever precedes them.
    private string WriteTurn(OnnxGraph graph, string t, bool isTurned)
    {
        if (_rotary is null || !isTurned)
            return t;
        long places = _rotary.Places,
            d = proj.InputWidth / _heads;
        string front = graph.Slice(t, 2, 0, -places),
            patches = graph.Slice(t, 2, -places, long.MaxValue);
        string[] tables = [.. _rotary.Tables(places).Select(graph.Constant)];
        string swapped = _rotary.TurnsHalves
            ? graph.Concat(-1, graph.Slice(patches, 3, d / 2, d), graph.Slice(patches, 3, 0, d / 2))
            : graph.Reshape(Exchanged(graph, graph.Reshape(patches, 0, 0, 0, d / 2, 2)), 0, 0, 0, d);
        string turned = graph.Binary("Add", graph.Binary("Mul", patches, tables[0]), graph.Binary("Mul", swapped, tables[1]));
        return graph.Concat(2, front, turned);
    }

    private static string Exchanged(OnnxGraph graph, string pairs) =>
        graph.Concat(-1, graph.Slice(pairs, 4, 1, 2), graph.Slice(pairs, 4, 0, 1));

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
