using LiftPlus.Adapters;
using LiftPlus.Layers;
using LiftPlus.Peft;
using LiftPlus.Sites;

namespace LiftPlus;

/// <summary>
/// Represents the settings of visual prompt tuning (arXiv 2203.12119): learned tokens among those of the image. By default prompts are
/// deep: each selected layer has its own, which replace those of the previous one. For shallow prompts, select layer 0 only. In the text
/// tower, prompts follow the start of text.
/// </summary>
public sealed record VisualPromptOptions : AdapterOptions
{
    /// <inheritdoc/>
    public override string Type => "prompt";

    /// <summary>Gets the number P of tokens per layer, 1 or more; null to derive it from the number of classes and layers.</summary>
    /// <value>The default value is null: <see cref="BottleneckRule.Auto"/> with k = 1.</value>
    public int? Length { get; init; }

    /// <inheritdoc/>
    /// <value>Always <see cref="AdapterSites.Tokens"/>.</value>
    public override AdapterSites Sites { get; init; } = AdapterSites.Tokens;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate() =>
        Checks.Size(this, nameof(Length), Length).Concat(Checks.Sites(this, AdapterSites.Tokens));

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        // A second set on other layers would not know how many tokens the first one left in the sequence.
        foreach (TransformerBlock block in context.Blocks(Tower))
        {
            if (block.Site(AdapterSites.Tokens).Adapters.Any(entry => entry.Value is PromptAdapter))
            {
                throw new LiftPlusException(
                    $"The {Tower} tower already has prompts; use a single 'prompt' method and select all its layers there."
                );
            }
        }

        base.Apply(context);
    }

    /// <inheritdoc/>
    public override Adapter CreateAdapter(AdapterContext context) =>
        new PromptAdapter(context.OutputWidth, Size(context), replaces: context.Layer != context.Layers[0], context.Random);

    internal override long CountValues(AdapterContext context) => context.OutputWidth * Size(context);

    private int Size(AdapterContext context) => Length ?? BottleneckRule.Auto(context.ClassCount, 1, context.Layers.Count);
}
