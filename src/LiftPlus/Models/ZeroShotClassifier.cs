using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Classifies images with CLIP without training: exp(logit_scale) · unit(image) · unit(text)ᵀ with a sentence per class (arXiv 2103.00020).
/// It owns the backbone.
/// </summary>
public sealed class ZeroShotClassifier : ImageClassifier
{
    private readonly Tensor _texts; // (C, E), in the joint space

    /// <summary>Creates the classifier and encodes the class names.</summary>
    /// <param name="backbone">A CLIP backbone with its tokenizer. The classifier disposes it.</param>
    /// <param name="classes">The classes; their counts only determine the groups in a report.</param>
    /// <param name="templates">Sentences that contain the class name; by default "a photo of a {}."</param>
    /// <param name="inference">How images are prepared.</param>
    /// <param name="decoder">The image decoder; by default SkiaSharp's.</param>
    /// <exception cref="LiftPlusException">The backbone has no text encoder or no tokenizer.</exception>
    public ZeroShotClassifier(
        Backbone backbone,
        ClassDistribution classes,
        IReadOnlyList<string>? templates = null,
        InferenceOptions? inference = null,
        IImageDecoder? decoder = null
    )
        : base(backbone, classes, inference ?? new InferenceOptions(), decoder)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        _texts = ClassTextEncoder
            .Encode(
                backbone,
                [.. classes.Names.Select(name => PromptTemplates.Fill(templates ?? PromptTemplates.Single, name))],
                classNames: classes.Names
            )
            .DetachFromDisposeScope();
    }

    private protected override void Free()
    {
        _texts.Dispose();
        _backbone.Dispose();
    }

    internal override Tensor Classify(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        return Backbone.Logits(Backbone.ProjectImage(features), _texts).MoveToOuterDisposeScope();
    }

    internal override string Write(OnnxGraph graph, string features) => Backbone.WriteLogits(graph, features, _texts);
}
