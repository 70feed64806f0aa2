using LiftPlus.Onnx;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>z = LN(x) · unit(W)ᵀ + b.</summary>
internal sealed class LayerNormClassifier(ClassifierContext context, bool hasBias)
    : WeightedClassifier(nameof(LayerNormClassifier), context, hasBias),
        IOnnxModule
{
    private const double Epsilon = 1e-12; // as in the authors' implementation; it matters only for features that are nearly constant

    private protected override Tensor RowLogits(Tensor x) => Multiply(x, TensorMath.Normalize(weight), bias);

    public override Tensor See(Tensor features) => nn.functional.layer_norm(base.See(features), [weight.shape[1]], eps: Epsilon);

    public string Write(OnnxGraph graph, params string[] inputs)
    {
        Tensor one = ones(weight.shape[1]);
        string x = graph.LayerNorm(inputs[0], one, zeros_like(one), Epsilon);
        return graph.Linear(x, TensorMath.Normalize(weight), bias);
    }
}
