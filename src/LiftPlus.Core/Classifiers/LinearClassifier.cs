using LiftPlus.Onnx;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>z = x · Wᵀ + b.</summary>
internal sealed class LinearClassifier(ClassifierContext context, bool hasBias)
    : WeightedClassifier(nameof(LinearClassifier), context, hasBias),
        IOnnxModule
{
    private protected override Tensor RowLogits(Tensor x) => Multiply(x, weight, bias);

    public string Write(OnnxGraph graph, params string[] inputs) => graph.Linear(inputs[0], weight, bias);
}
