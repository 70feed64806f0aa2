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

    private protected override Tensor RowLogits(Tensor x)
    {
        Tensor logits = Multiply(x, TensorMath.Normalize(weight), null).mul(_scale);
        return bias is null ? logits : TensorMath.Add(logits, bias);
    }

    public override Tensor See(Tensor features) => TensorMath.Normalize(base.See(features));

    public string Write(OnnxGraph graph, params string[] inputs) =>
        graph.Linear(graph.Unit(inputs[0]), TensorMath.Scale(TensorMath.Normalize(weight), LogitScale), bias);
}
