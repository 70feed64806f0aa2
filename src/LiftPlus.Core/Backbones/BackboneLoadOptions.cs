using System.ComponentModel.DataAnnotations;
using LiftPlus.Validation;

namespace LiftPlus;

/// <summary>
/// Represents what a weight file may leave open, and what can be changed when it is loaded. Sizes are always read from the file; these
/// options win over the description beside it. They are part of the recipe, so that a checkpoint finds its backbone unchanged.
/// </summary>
public sealed record BackboneLoadOptions
{
    private const int LargestImage = 4096;
    private const int MostHeads = 4096;

    /// <summary>
    /// Gets the side of the images in pixels. If it differs from that of the weights, position embeddings are resampled. It is a multiple
    /// of the patch size, or of 32 for CLIP's ResNets.
    /// </summary>
    /// <value>The default value is null: the size of the weights.</value>
    [Range(1, LargestImage)]
    public int? ImageSize { get; init; }

    /// <summary>Gets whose way of resampling position embeddings is followed.</summary>
    /// <value>The default value is null: that of the library or the authors whose names the tensors have.</value>
    public PositionResampling? PositionResampling { get; init; }

    /// <summary>
    /// Gets whether both sides of an image are resized to <see cref="ImageSize"/>; if false, the short side is, and the long side is cut,
    /// as LIFT+ was published.
    /// </summary>
    /// <value>The default value is null: what the description beside the file says, or what is usual for the family.</value>
    public bool? SquashImages { get; init; }

    /// <summary>Gets the interpolation when images are resized.</summary>
    /// <value>The default value is null: what the description beside the file says, or what is usual for the family.</value>
    public ResizeFilter? ResizeFilter { get; init; }

    /// <summary>Gets the number of attention heads of the image tower, which the tensors do not show.</summary>
    /// <value>The default value is null: taken from the description beside the file, or one per 64 entries of width.</value>
    [Range(1, MostHeads)]
    public int? ImageHeads { get; init; }

    /// <summary>Gets the number of attention heads of the text tower.</summary>
    /// <value>The default value is null: taken from the description beside the file, or one per 64 entries of width.</value>
    [Range(1, MostHeads)]
    public int? TextHeads { get; init; }

    /// <summary>Gets the activation of both towers.</summary>
    /// <value>
    /// The default value is null: taken from the description beside the file, or usual for the naming (quick-GELU for OpenAI's CLIP, GELU
    /// for timm).
    /// </value>
    public Activation? Activation { get; init; }

    /// <summary>
    /// Gets the name of the network to read from a checkpoint that holds several: what the names of its tensors begin with, such as
    /// "model", "model_ema" or "teacher".
    /// </summary>
    /// <value>
    /// The default value is null: the network itself is read before a teacher, a student and a moving average, and
    /// <see cref="Backbone.Origin"/> says which one it is. A file whose names do not decide is refused.
    /// </value>
    [NotBlank]
    public string? Network { get; init; }

    /// <summary>
    /// Gets a folder with vocab.json and merges.txt, tokenizer.json or OpenAI's bpe_simple_vocab_16e6.txt.gz, for weights that come without
    /// their vocabulary.
    /// </summary>
    /// <value>The default value is null: the folder of the weights.</value>
    public string? VocabularyFolder { get; init; }

    /// <summary>
    /// Gets whether class texts with more tokens than the text encoder takes (77 in CLIP) are cut at their end. What is cut has no effect.
    /// </summary>
    /// <value>The default value is false: such texts are refused, and the message names their classes.</value>
    public bool TruncateTexts { get; init; }
}
