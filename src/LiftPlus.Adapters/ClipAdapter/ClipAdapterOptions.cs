using LiftPlus.Adapters;
using LiftPlus.Peft;
using LiftPlus.Sites;

namespace LiftPlus;

/// <summary>
/// CLIP-Adapter (arXiv 2110.04544) in the authors' form: x + up(relu(down(norm x))) on the projected features, without a mixing ratio. It
/// acts in the joint space only, that is where classes are told apart by their texts; a classifier sees the feature before it.
/// </summary>
public sealed record ClipAdapterOptions : PeftOptions
{
    /// <inheritdoc/>
    public override string Type => "clip-adapter";

    /// <summary>Width r of the bottleneck, 1 or more.</summary>
    /// <value>The default value is 4, that of the authors' implementation.</value>
    public int Dimension { get; init; } = 4;

    /// <summary>Whether the projected image feature gets one.</summary>
    /// <value>The default value is true.</value>
    public bool OnImage { get; init; } = true;

    /// <summary>Whether the projected text feature gets one.</summary>
    /// <value>The default value is true.</value>
    public bool OnText { get; init; } = true;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (!OnImage && !OnText)
            yield return $"'{Type}': OnImage and OnText are both false; choose at least one of them.";
        foreach (string error in Checks.Size(this, nameof(Dimension), Dimension))
            yield return error;
    }

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        Backbone backbone = context.Backbone;
        backbone.RequireText();
        long width = backbone.TextProjection!.shape[1];
        if (OnImage)
            context.Attach(backbone.ImageEmbeddingSite, Type, () => new BottleneckAdapter(width, Dimension, context.Random));
        if (OnText)
            context.Attach(backbone.TextEmbeddingSite, Type, () => new BottleneckAdapter(width, Dimension, context.Random));
    }
}
