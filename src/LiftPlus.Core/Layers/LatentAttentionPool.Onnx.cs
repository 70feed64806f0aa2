using LiftPlus.Onnx;
using static TorchSharp.torch;

namespace LiftPlus.Layers;

internal sealed partial class LatentAttentionPool
{
    /// <summary>Adds the pooling to a graph, (B, N, D) to (B, D). The projected query is a constant.</summary>
    public string Write(OnnxGraph graph, string x)
    {
        long D = latent.shape[0];
        string query = graph.Constant([1, 1, D], Query);
        string[] keyAndValue = graph.Chunk(graph.Linear(x, qkv.ToOnnx().Rows(D, 2 * D)), 2);
        string pooled = proj.Write(graph, graph.Attend(query, keyAndValue[0], keyAndValue[1], new OnnxAttention(D, _heads))); // (B, 1, D)
        return graph.Reshape(graph.Binary("Add", pooled, mlp.Write(graph, norm.Write(graph, pooled), gamma: null)), 0, D);

        Tensor Query()
        {
            (Tensor weight, Tensor? bias) = qkv.ToOnnx().Rows(0, D).Values();
            Tensor projected = nn.functional.linear(latent.to(float32).view(1, 1, D), weight, bias);
            return TensorMath.Scale(projected, 1 / Math.Sqrt((double)D / _heads));
        }
    }
}
