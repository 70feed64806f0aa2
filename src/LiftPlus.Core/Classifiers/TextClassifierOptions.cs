using LiftPlus.Classifiers;

namespace LiftPlus;

/// <summary>
/// Represents the settings of a classifier without weights, which compares images with the texts of the classes, as zero-shot CLIP and
/// CoOp do (arXiv 2103.00020, 2109.01134): z = exp(logit_scale) · unit(x · P) · unit(text)ᵀ, where P projects the image feature x to the
/// joint space. It needs a backbone with a text tower and a tokenizer.
/// </summary>
public sealed record TextClassifierOptions : ClassifierOptions
{
    /// <inheritdoc/>
    public override string Type => "text";

    /// <inheritdoc/>
    public override bool HasWeight => false;

    /// <inheritdoc/>
    /// <exception cref="LiftPlusException">The backbone has no text tower or tokenizer, or the class texts are missing.</exception>
    public override Classifier CreateClassifier(ClassifierContext context)
    {
        if (context.Backbone is null || context.ClassTexts.Count == 0)
        {
            throw new LiftPlusException(
                "The text classifier needs a CLIP backbone and a text for each class; "
                    + "choose a classifier with weights, such as the cosine classifier."
            );
        }

        ClassTextEncoder.CheckLengths(context.Backbone, context.ClassTexts, context.ClassNames);
        return new TextClassifier(context.Backbone, context.ClassTexts);
    }
}
