using LiftPlus.Onnx;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>z = x · unit(W)ᵀ + b.</summary>
internal sealed class L2NormClassifier(ClassifierContext context, bool hasBias)
    : WeightedClassifier(nameof(L2NormClassifier), context, hasBias),
        IOnnxModule
{
    private protected override Tensor RowLogits(Tensor x) => Multiply(x, TensorMath.Normalize(weight), bias);

    public string Write(OnnxGraph graph, params string[] inputs) => graph.Linear(inputs[0], TensorMath.Normalize(weight), bias);
}
