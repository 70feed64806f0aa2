using LiftPlus.Adapters;
using LiftPlus.Peft;

namespace LiftPlus;

/// <summary>
/// Projection tuning: the two matrices from image and text feature to the joint space are trained. They act on the joint space only, that
/// is where classes are told apart by their texts; a classifier sees the feature before them.
/// </summary>
public sealed record ProjectionTuningOptions : PeftOptions
{
    /// <inheritdoc/>
    public override string Type => "projection";

    /// <inheritdoc/>
    public override bool NeedsTextClassifier => true;

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        if (context.Backbone.ImageProjection is not { } image || context.Backbone.TextProjection is not { } text)
        {
            throw new LiftPlusException(
                $"'{Type}' trains an image and a text projection, and {context.Backbone.Config.Name} has not both; "
                    + "use a CLIP ViT backbone."
            );
        }

        PeftContext.Unfreeze(image);
        PeftContext.Unfreeze(text);
    }
}
