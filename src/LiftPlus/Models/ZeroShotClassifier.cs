using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Models;

namespace LiftPlus;

/// <summary>
/// Classifies images with CLIP without training: exp(logit_scale) · unit(image) · unit(text)ᵀ with a sentence per class (arXiv 2103.00020).
/// It owns the backbone.
/// </summary>
public sealed class ZeroShotClassifier : ImageClassifier
{
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
        : base(backbone, CreateHead(backbone, classes, templates ?? PromptTemplates.Single), inference ?? new InferenceOptions(), decoder) { }

    private static ModelHead CreateHead(Backbone backbone, ClassDistribution classes, IReadOnlyList<string> templates)
    {
        IReadOnlyList<string>[] texts = [.. classes.Names.Select(name => PromptTemplates.Fill(templates, name))];
        ClassTextEncoder.CheckLengths(backbone, texts, classes.Names);
        TextClassifier classifier = new(backbone, texts);
        classifier.eval();
        classifier.Encode();
        FineTuningRecipe recipe = new()
        {
            Peft = [],
            Classifier = new TextClassifierOptions(),
            PromptTemplates = [.. templates],
        };
        return new ModelHead(classes, classifier, recipe);
    }
}
