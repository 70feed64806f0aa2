using LiftPlus.Adapters;
using LiftPlus.Sites;

namespace LiftPlus;

/// <summary>LoRA (arXiv 2106.09685): y += x A B / r on linear layers of the attention, and if wanted of the MLP.</summary>
public sealed record LoraOptions : AdapterOptions
{
    private const AdapterSites Linears =
        AdapterSites.Query | AdapterSites.Key | AdapterSites.Value | AdapterSites.AttentionOutput | AdapterSites.Fc1 | AdapterSites.Fc2;

    /// <inheritdoc/>
    public override string Type => "lora";

    /// <summary>Rank r, 1 or more; null lets it follow from the number of classes and layers.</summary>
    /// <value>The default value is null: <see cref="BottleneckRule.Auto"/> with k = 4.</value>
    public int? Rank { get; init; }

    /// <summary>The linear layers: any of Query, Key, Value, AttentionOutput, Fc1, Fc2.</summary>
    /// <value>The default value is Query and Value, as in the original paper.</value>
    public override AdapterSites Sites { get; init; } = AdapterSites.Query | AdapterSites.Value;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate() => Checks.Size(this, nameof(Rank), Rank).Concat(Checks.Sites(this, Linears));

    /// <inheritdoc/>
    public override Adapter CreateAdapter(AdapterContext context) =>
        new LoraAdapter(
            context.InputWidth,
            context.OutputWidth,
            Rank ?? BottleneckRule.Auto(context.ClassCount, 4, context.Layers.Count),
            context.Random
        );
}
