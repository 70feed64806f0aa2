using LiftPlus.Adapters;
using LiftPlus.Peft;

namespace LiftPlus;

/// <summary>
/// Represents projection tuning: trains the two matrices that project image and text features to the joint space. It needs the text
/// classifier; other classifiers use the features before the projection.
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
                $"'{Type}' trains an image and a text projection, but {context.Backbone.Config.Name} does not have both; "
                    + "use a CLIP ViT backbone."
            );
        }

        PeftContext.Unfreeze(image);
        PeftContext.Unfreeze(text);
    }
}
