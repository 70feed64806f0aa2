using LiftPlus.Onnx;

namespace LiftPlus.Layers;

internal sealed partial class LatentAttentionPool
{
    /// <summary>Adds the pooling to a graph, (B, N, D) to (B, D).</summary>
    public string Write(OnnxGraph graph, string x)
    {
        long D = latent.shape[0];
        string query = graph.FloatLinear(graph.Reshape(graph.Constant(latent), 1, 1, D), qkv.ToOnnx().Rows(0, D)); // of constants
        string[] keyAndValue = graph.Chunk(graph.Linear(x, qkv.ToOnnx().Rows(D, 2 * D)), 2);
        string mixed = graph.Attend(query, keyAndValue[0], keyAndValue[1], new OnnxAttention(D, _heads)),
            pooled = proj.Write(graph, mixed); // (B, 1, D)
        return graph.Reshape(graph.Binary("Add", pooled, mlp.Write(graph, norm.Write(graph, pooled))), 0, D);
    }
}
