using LiftPlus.Classifiers;
using LiftPlus.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>CLIP without any training: exp(logit_scale) · unit(image) · unit(text)ᵀ with a sentence per class (arXiv 2103.00020). Owns the backbone.</summary>
public sealed class ZeroShotClassifier : ImageClassifier
{
    private readonly Tensor _texts; // (C, E), in the joint space

    /// <summary>Encodes the class names once.</summary>
    /// <param name="backbone">A CLIP backbone with its tokenizer; owned from now on.</param>
    /// <param name="classes">The classes; counts only serve the groups of a report.</param>
    /// <param name="templates">Sentences; "a photo of a {}." by default.</param>
    /// <param name="inference">How to look at an image.</param>
    /// <param name="decoder">The image decoder; SkiaSharp's by default.</param>
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
            .Encode(backbone, [.. classes.Names.Select(name => PromptTemplates.Fill(templates ?? PromptTemplates.Single, name))])
            .DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _texts.Dispose();
        base.Dispose();
    }

    internal override Tensor Classify(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        return Backbone.Logits(Backbone.ProjectImage(features), _texts).MoveToOuterDisposeScope();
    }
}
