using LiftPlus.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>z = x · unit(W)ᵀ + b.</summary>
internal sealed class L2NormClassifier(ClassifierContext context, bool hasBias)
    : WeightedClassifier(nameof(L2NormClassifier), context, hasBias),
        IOnnxModule
{
    public override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.linear(features.to(weight.dtype), TensorMath.Normalize(weight), bias).MoveToOuterDisposeScope(); // (B, C)
    }

    public string Write(OnnxGraph graph, params string[] inputs) => graph.Linear(inputs[0], TensorMath.Normalize(weight), bias);
}
