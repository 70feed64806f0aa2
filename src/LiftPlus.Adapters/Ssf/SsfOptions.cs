using LiftPlus.Adapters;
using LiftPlus.Peft;
using LiftPlus.Sites;

namespace LiftPlus;

/// <summary>
/// Represents the settings of SSF (arXiv 2210.08823): y γ + β on the outputs of the blocks' linear layers, or on the pooled features of a
/// ResNet.
/// </summary>
public sealed record SsfOptions : AdapterOptions
{
    private const AdapterSites Linears = AdapterSites.AttentionInput | AdapterSites.AttentionOutput | AdapterSites.Fc1 | AdapterSites.Fc2;

    /// <inheritdoc/>
    public override string Type => "ssf";

    /// <summary>
    /// Gets the linear layers: any of AttentionInput (after LoRA, if present), AttentionOutput, Fc1 and Fc2. Ignored for a ResNet.
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
