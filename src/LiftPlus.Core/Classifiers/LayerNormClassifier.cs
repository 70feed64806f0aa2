using LiftPlus.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>z = LN(x) · unit(W)ᵀ + b.</summary>
internal sealed class LayerNormClassifier(ClassifierContext context, bool hasBias)
    : WeightedClassifier(nameof(LayerNormClassifier), context, hasBias),
        IOnnxModule
{
    private const double Epsilon = 1e-12; // as in the authors' implementation; it matters only for features that are nearly constant

    public override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = nn.functional.layer_norm(features.to(weight.dtype), [weight.shape[1]], eps: Epsilon);
        return nn.functional.linear(x, TensorMath.Normalize(weight), bias).MoveToOuterDisposeScope(); // (B, C)
    }

    public string Write(OnnxGraph graph, params string[] inputs)
    {
        Tensor one = ones(weight.shape[1]);
        string x = graph.LayerNorm(inputs[0], one, zeros_like(one), Epsilon);
        return graph.Linear(x, TensorMath.Normalize(weight), bias);
    }
}
