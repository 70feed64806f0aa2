using LiftPlus.Adapters;
using LiftPlus.Layers;
using LiftPlus.Peft;
using LiftPlus.Sites;

namespace LiftPlus;

/// <summary>
/// Visual prompt tuning (arXiv 2203.12119): learned tokens among the image's. Deep by default: every listed layer has its own, which
/// replace those of the listed layer before. Shallow: <c>Layers = LayerSelection.Of(0)</c>. On the text tower they follow the start of
/// text.
/// </summary>
public sealed record VisualPromptOptions : AdapterOptions
{
    /// <inheritdoc/>
    public override string Type => "prompt";

    /// <summary>Number P of tokens in each listed layer, 1 or more; null lets it follow from the number of classes and layers.</summary>
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
        // A second set on other layers could not know how many tokens the first one left in the sequence.
        foreach (TransformerBlock block in context.Blocks(Tower))
        {
            if (block.Site(AdapterSites.Tokens).Adapters.Any(entry => entry.Value is PromptAdapter))
            {
                throw new LiftPlusException(
                    $"The {Tower} tower has prompts already; use one 'prompt' method and name all its layers there."
                );
            }
        }

        base.Apply(context);
    }

    /// <inheritdoc/>
    public override Adapter CreateAdapter(AdapterContext context) =>
        new PromptAdapter(
            context.OutputWidth,
            Length ?? BottleneckRule.Auto(context.ClassCount, 1, context.Layers.Count),
            replaces: context.Layer != context.Layers[0],
            context.Random
        );
}
