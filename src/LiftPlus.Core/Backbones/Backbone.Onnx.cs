using LiftPlus.Onnx;
using static TorchSharp.torch;

namespace LiftPlus;

public sealed partial class Backbone
{
    /// <summary>Adds the projection of image features into the joint space to a graph, (B, D) to (B, E).</summary>
    internal string WriteImageProjection(OnnxGraph graph, string features)
    {
        string embedding = image_projection is not null
            ? Affine(graph, features, image_projection, image_projection_bias)
            : image_projection_mlp?.Write(graph, features) ?? features;
        return image_embedding.Write(graph, embedding, embedding);
    }

    /// <summary>Adds the projection of text features into the joint space to a graph, (M, W) to (M, E).</summary>
    internal string WriteTextProjection(OnnxGraph graph, string features)
    {
        string embedding = Affine(graph, features, text_projection!, text_projection_bias);
        return text_embedding.Write(graph, embedding, embedding);
    }

    /// <summary>Adds CLIP's logits of image features (B, D) against texts in the joint space (C, E) to a graph.</summary>
    internal string WriteLogits(OnnxGraph graph, string features, Tensor texts)
    {
        Tensor scaled = TensorMath.Normalize(texts).mul(logit_scale!.exp()); // (C, E)
        return graph.Linear(graph.Unit(WriteImageProjection(graph, features)), scaled, logit_bias?.expand(scaled.shape[0]).contiguous());
    }

    private static string Affine(OnnxGraph graph, string features, Tensor matrix, Tensor? bias)
    {
        string product = graph.Binary("MatMul", features, graph.Constant(matrix));
        return bias is null ? product : graph.Binary("Add", product, graph.Constant(bias));
    }
}
