using LiftPlus.Adapters;
using LiftPlus.Sites;

namespace LiftPlus;

/// <summary>
/// AdaptFormer (arXiv 2205.13535), the method's default: a bottleneck parallel to the MLP,
/// out = h + mlp(norm2 h) + s · up(relu(down(norm h))), with s learned.
/// </summary>
public sealed record AdaptFormerOptions : AdapterOptions
{
    /// <inheritdoc/>
    public override string Type => "adaptformer";

    /// <summary>Width r of the bottleneck, 1 or more; null lets it follow from the number of classes and layers.</summary>
    /// <value>The default value is null: <see cref="BottleneckRule.Auto"/> with k = 2.</value>
    public int? Dimension { get; init; }

    /// <inheritdoc/>
    /// <value>The default value is <see cref="AdapterSites.MlpBranch"/>, parallel to the MLP.</value>
    public override AdapterSites Sites { get; init; } = AdapterSites.MlpBranch;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate() => Checks.Size(this, nameof(Dimension), Dimension);

    /// <inheritdoc/>
    public override Adapter CreateAdapter(AdapterContext context) =>
        new AdaptFormerAdapter(
            context.InputWidth,
            context.OutputWidth,
            Dimension ?? BottleneckRule.Auto(context.ClassCount, 2, context.Layers.Count),
            context.Random
        );
}
