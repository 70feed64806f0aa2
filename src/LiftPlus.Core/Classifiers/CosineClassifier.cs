using LiftPlus.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>z = s · unit(x) · unit(W)ᵀ + b.</summary>
internal sealed class CosineClassifier : WeightedClassifier, IOnnxModule
{
    private readonly Scalar _scale;

    public CosineClassifier(ClassifierContext context, double scale, bool hasBias)
        : base(nameof(CosineClassifier), context, hasBias)
    {
        LogitScale = scale;
        _scale = TensorMath.Hold(scale);
    }

    public override double LogitScale { get; }

    public override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = TensorMath.Normalize(features.to(weight.dtype));
        Tensor logits = nn.functional.linear(x, TensorMath.Normalize(weight)).mul(_scale); // (B, C)
        return (bias is null ? logits : TensorMath.Add(logits, bias)).MoveToOuterDisposeScope();
    }

    public string Write(OnnxGraph graph, params string[] inputs) =>
        graph.Linear(graph.Unit(inputs[0]), TensorMath.Scale(TensorMath.Normalize(weight), LogitScale), bias);
}
