using LiftPlus.Adapters;
using LiftPlus.Peft;
using LiftPlus.Sites;

namespace LiftPlus;

/// <summary>
/// SSF (arXiv 2210.08823): y γ + β on the outputs of the blocks' linear layers. On a ResNet: on the pooled feature.
/// </summary>
public sealed record SsfOptions : AdapterOptions
{
    private const AdapterSites Linears = AdapterSites.AttentionInput | AdapterSites.AttentionOutput | AdapterSites.Fc1 | AdapterSites.Fc2;

    /// <inheritdoc/>
    public override string Type => "ssf";

    /// <summary>
    /// The linear layers: any of AttentionInput (after LoRA, if there is one), AttentionOutput, Fc1, Fc2. A ResNet ignores it.
    /// </summary>
    /// <value>The default value is all four.</value>
    public override AdapterSites Sites { get; init; } = Linears;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate() => Checks.Sites(this, Linears);

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        if (context.Blocks(Tower).Count > 0)
            base.Apply(context);
        else
            context.Attach(context.Backbone.Image.FeatureSite, Type, () =>
                new SsfAdapter(context.Backbone.Image.FeatureDimension, context.Random)
            );
    }

    /// <inheritdoc/>
    public override Adapter CreateAdapter(AdapterContext context) => new SsfAdapter(context.OutputWidth, context.Random);
}
