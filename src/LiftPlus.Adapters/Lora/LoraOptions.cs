using LiftPlus.Adapters;
using LiftPlus.Peft;
using LiftPlus.Sites;

namespace LiftPlus;

/// <summary>
/// Represents the settings of LoRA (arXiv 2106.09685): y += α / r · x A B on linear layers of the attention,
/// and of the MLP if asked for. Its variants rsLoRA, DoRA and LoRA+ can be combined.
/// </summary>
public sealed record LoraOptions : AdapterOptions
{
    /// <inheritdoc/>
    public override string Type => "lora";

    /// <summary>Gets the rank r, 1 or more; null to derive it from the number of classes and layers.</summary>
    /// <value>The default value is null: <see cref="BottleneckRule.Auto"/> with k = 4.</value>
    public int? Rank { get; init; }

    /// <summary>
    /// Gets α, a positive number: the change of a layer is multiplied by α / r, as with peft's <c>lora_alpha</c>. A larger α makes the
    /// change learn faster at the same learning rate.
    /// </summary>
    /// <value>The default value is 1, as in LIFT+; peft's own default is 8.</value>
    public double Alpha { get; init; } = 1;

    /// <summary>
    /// Gets whether the change is multiplied by α / √r (rsLoRA, arXiv 2312.03732), so that a large rank learns as fast as a small one.
    /// </summary>
    /// <value>The default value is false: α / r.</value>
    public bool RankStabilized { get; init; }

    /// <summary>
    /// Gets whether the direction and the length of the changed weight are trained separately (DoRA, arXiv 2402.09353), row by row:
    /// W' = m · (W + ΔW) / ‖W + ΔW‖, with a trained m that starts at ‖W‖. It trains one more value for each output of a layer.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool Dora { get; init; }

    /// <summary>
    /// Gets the learning rate of B divided by that of A (LoRA+, arXiv 2402.12354), a positive number; the paper suggests 16. The factor of
    /// a parameter group multiplies it.
    /// </summary>
    /// <value>The default value is 1.</value>
    public double LearningRateRatio { get; init; } = 1;

    /// <summary>Gets the linear layers: any of Query, Key, Value, AttentionOutput, Fc1 and Fc2.</summary>
    /// <value>The default value is Query and Value, as in the original paper.</value>
    public override AdapterSites Sites { get; init; } = AdapterSites.Query | AdapterSites.Value;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        foreach (string error in Checks.Size(this, nameof(Rank), Rank).Concat(Checks.Sites(this, LoraPlaces.Linears)))
            yield return error;
        if (!(Alpha > 0 && double.IsFinite(Alpha)))
            yield return $"'{Type}': Alpha is {Alpha}; give a positive number, such as the default 1.";
        if (!(LearningRateRatio > 0 && double.IsFinite(LearningRateRatio)))
            yield return $"'{Type}': LearningRateRatio is {LearningRateRatio}; give a positive number, such as 1 or LoRA+'s 16.";
    }

    /// <inheritdoc/>
    public override Adapter CreateAdapter(AdapterContext context) =>
        new LoraAdapter(this, Size(context), context.InputWidth, context.OutputWidth, context.Linear, context.Random);

    internal override long CountValues(AdapterContext context) =>
        (context.InputWidth + context.OutputWidth) * Size(context) + (Dora ? context.OutputWidth : 0);

    private int Size(AdapterContext context) => Rank ?? BottleneckRule.Auto(context.ClassCount, 4, context.Layers.Count);
}
