using LiftPlus.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>
/// z = exp(logit_scale) · unit(x · P) · unit(text)ᵀ. While the text side is trained, the texts are encoded in every step; otherwise they
/// are encoded once. The backbone belongs to the caller.
/// </summary>
internal sealed class TextClassifier : Classifier, IOnnxModule
{
    private readonly Backbone _backbone; // not registered as a submodule: the classifier neither trains nor disposes it
    private readonly IReadOnlyList<IReadOnlyList<string>> _texts;
    private readonly Lock _gate = new();
    private Tensor? _textFeatures; // (C, E), kept while nothing can change it

    public TextClassifier(Backbone backbone, IReadOnlyList<IReadOnlyList<string>> texts)
        : base(nameof(TextClassifier)) => (_backbone, _texts) = (backbone, texts);

    public override Parameter? Weight => null;

    public override double LogitScale
    {
        get
        {
            using IDisposable noGrad = no_grad();
            using Tensor scale = _backbone.LogitScale!.exp();
            return scale.item<float>();
        }
    }

    public override Tensor forward(Tensor features) // (B, D)
    {
        using DisposeScope scope = NewDisposeScope();
        return _backbone.Logits(_backbone.ProjectImage(features), TextFeatures()).MoveToOuterDisposeScope(); // (B, C)
    }

    /// <summary>Encodes the texts now rather than with the first images.</summary>
    public void Encode() => TextFeatures();

    public string Write(OnnxGraph graph, params string[] inputs) => _backbone.WriteLogits(graph, inputs[0], TextFeatures());

    public override void train(bool train = true)
    {
        Forget();
        base.train(train);
    }

    private bool TextIsTrained =>
        _backbone
            .Text!.parameters()
            .Concat(_backbone.TextEmbeddingSite.parameters())
            .Append(_backbone.TextProjection!)
            .Any(p => p.requires_grad);

    private Tensor TextFeatures()
    {
        if (training && TextIsTrained)
            return ClassTextEncoder.Encode(_backbone, _texts);
        lock (_gate)
        {
            using IDisposable noGrad = no_grad();
            return _textFeatures ??= ClassTextEncoder.Encode(_backbone, _texts).DetachFromDisposeScope();
        }
    }

    private void Forget()
    {
        _textFeatures?.Dispose();
        _textFeatures = null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Forget();
        base.Dispose(disposing);
    }
}
