using LiftPlus.Onnx;

namespace LiftPlus.Layers;

internal sealed partial class AttentionPool
{
    /// <summary>Adds the pooling to a graph, (B, D, H, W) to (B, E).</summary>
    public string Write(OnnxGraph graph, string x)
    {
        long D = pos_embed.shape[1];
        string places = graph.Transpose(graph.Reshape(x, 0, 0, -1), 0, 2, 1); // (B, H W, D)
        string mean = graph.Apply("ReduceMean", [places, graph.Constant(1L)], ("keepdims", 1));
        string tokens = graph.Binary("Add", graph.Concat(1, mean, places), graph.Constant(pos_embed)); // (B, 1 + H W, D)
        string query = q_proj.Write(graph, graph.Slice(tokens, 1, 0, 1));
        string key = k_proj.Write(graph, tokens),
            value = v_proj.Write(graph, tokens);
        string mixed = graph.Attend(query, key, value, new OnnxAttention(D, _heads)); // (B, 1, D)
        return c_proj.Write(graph, graph.Reshape(mixed, 0, D));
    }
}
