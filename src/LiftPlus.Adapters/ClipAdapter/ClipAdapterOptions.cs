using LiftPlus.Adapters;
using LiftPlus.Peft;
using LiftPlus.Sites;

namespace LiftPlus;

/// <summary>
/// Represents the settings of CLIP-Adapter (arXiv 2110.04544) as in the implementation of LIFT+: x + up(relu(down(norm x))) on the
/// projected features, without a mixing ratio. It works in the joint space, so it needs the text classifier; other classifiers use the
/// features before the projection.
/// </summary>
public sealed record ClipAdapterOptions : PeftOptions
{
    /// <inheritdoc/>
    public override string Type => "clip-adapter";

    /// <inheritdoc/>
    public override bool NeedsTextClassifier => true;

    /// <summary>Gets the width r of the bottleneck, 1 or more.</summary>
    /// <value>The default value is 4, as in the authors' implementation.</value>
    public int Dimension { get; init; } = 4;

    /// <summary>Gets whether to adapt the projected image features.</summary>
    /// <value>The default value is true.</value>
    public bool OnImage { get; init; } = true;

    /// <summary>Gets whether to adapt the projected text features.</summary>
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
        context.Reserve(Type, 2 * width * Dimension);
        if (OnImage)
            context.Attach(backbone.ImageEmbeddingSite, Type, () => new BottleneckAdapter(width, Dimension, context.Random));
        if (OnText)
            context.Attach(backbone.TextEmbeddingSite, Type, () => new BottleneckAdapter(width, Dimension, context.Random));
    }
}
