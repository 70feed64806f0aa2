using LiftPlus.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>z = x · Wᵀ + b.</summary>
internal sealed class LinearClassifier(ClassifierContext context, bool hasBias)
    : WeightedClassifier(nameof(LinearClassifier), context, hasBias),
        IOnnxModule
{
    public override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.linear(features.to(weight.dtype), weight, bias).MoveToOuterDisposeScope(); // (B, C)
    }

    public string Write(OnnxGraph graph, params string[] inputs) => graph.Linear(inputs[0], weight, bias);
}
