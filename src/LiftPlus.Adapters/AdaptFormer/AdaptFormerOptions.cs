using LiftPlus.Adapters;
using LiftPlus.Peft;
using LiftPlus.Sites;

namespace LiftPlus;

/// <summary>
/// Represents the settings of AdaptFormer (arXiv 2205.13535), the default of LIFT+: a bottleneck parallel to the MLP,
/// out = h + mlp(norm2 h) + s · up(relu(down(norm h))), with a learned s.
/// </summary>
public sealed record AdaptFormerOptions : AdapterOptions
{
    /// <inheritdoc/>
    public override string Type => "adaptformer";

    /// <summary>Gets the width r of the bottleneck, 1 or more; null to derive it from the number of classes and layers.</summary>
    /// <value>The default value is null: <see cref="BottleneckRule.Auto"/> with k = 2.</value>
    public int? Dimension { get; init; }

    /// <inheritdoc/>
    /// <value>The default value is <see cref="AdapterSites.MlpBranch"/>, parallel to the MLP.</value>
    public override AdapterSites Sites { get; init; } = AdapterSites.MlpBranch;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate() => Checks.Size(this, nameof(Dimension), Dimension);

    /// <inheritdoc/>
    public override Adapter CreateAdapter(AdapterContext context) =>
        new AdaptFormerAdapter(context.InputWidth, context.OutputWidth, Size(context), context.Random);

    internal override long CountValues(AdapterContext context) => (context.InputWidth + context.OutputWidth) * Size(context);

    private int Size(AdapterContext context) => Dimension ?? BottleneckRule.Auto(context.ClassCount, 2, context.Layers.Count);
}
