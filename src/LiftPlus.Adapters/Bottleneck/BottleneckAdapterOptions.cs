using LiftPlus.Adapters;
using LiftPlus.Peft;
using LiftPlus.Sites;

namespace LiftPlus;

/// <summary>
/// Represents the settings of Adapter (arXiv 1902.00751): a bottleneck after the MLP, m = mlp(norm2 h), out = h + m + up(relu(down(norm
/// m))).
/// </summary>
public sealed record BottleneckAdapterOptions : AdapterOptions
{
    /// <inheritdoc/>
    public override string Type => "adapter";

    /// <summary>Gets the width r of the bottleneck, 1 or more; null to derive it from the number of classes and layers.</summary>
    /// <value>The default value is null: <see cref="BottleneckRule.Auto"/> with k = 2.</value>
    public int? Dimension { get; init; }

    /// <inheritdoc/>
    /// <value>The default value is <see cref="AdapterSites.MlpOutput"/>, after the MLP.</value>
    public override AdapterSites Sites { get; init; } = AdapterSites.MlpOutput;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate() => Checks.Size(this, nameof(Dimension), Dimension);

    /// <inheritdoc/>
    public override Adapter CreateAdapter(AdapterContext context) =>
        new BottleneckAdapter(context.OutputWidth, Size(context), context.Random);

    internal override long CountValues(AdapterContext context) => (context.OutputWidth + context.OutputWidth) * Size(context);

    private int Size(AdapterContext context) => Dimension ?? BottleneckRule.Auto(context.ClassCount, 2, context.Layers.Count);
}
