using LiftPlus.Onnx;

namespace LiftPlus.Layers;

internal sealed partial class PatchEmbed
{
    /// <summary>Adds the embedding of the patches to a graph: (B, 3, R, R) to (B, N, D).</summary>
    public string Write(OnnxGraph graph, string images)
    {
        long patch = proj.weight.shape[2];
        string weight = graph.Constant(proj.weight);
        string[] inputs = proj.bias is null ? [images, weight] : [images, weight, graph.Constant(proj.bias)];
        string places = graph.Apply("Conv", inputs, ("strides", new[] { patch, patch }), ("kernel_shape", new[] { patch, patch }));
        return graph.Transpose(graph.Reshape(places, 0, 0, -1), 0, 2, 1);
    }
}
