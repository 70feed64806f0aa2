using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>
/// What a weight file may leave open, and what may be asked of it. Sizes are always read from the file; these win over what a description
/// beside it says. They are a part of the recipe, so that a checkpoint finds its backbone as it was.
/// </summary>
public sealed record BackboneLoadOptions
{
    private const int LargestImage = 4096;
    private const int MostHeads = 4096;

    /// <summary>
    /// Side of the images in pixels. Where it is not the weights' own, position embeddings are resampled (bicubic, antialiased); it is a
    /// multiple of the patch size, or of 32 for CLIP's ResNets.
    /// </summary>
    /// <value>The default value is null: the weights' own size.</value>
    [Range(1, LargestImage)]
    public int? ImageSize { get; init; }

    /// <summary>Attention heads of the image tower; they leave no trace in the tensors.</summary>
    /// <value>The default value is null: from the description beside the file, else one per 64 entries of width.</value>
    [Range(1, MostHeads)]
    public int? ImageHeads { get; init; }

    /// <summary>Attention heads of the text tower.</summary>
    /// <value>The default value is null: from the description beside the file, else one per 64 entries of width.</value>
    [Range(1, MostHeads)]
    public int? TextHeads { get; init; }

    /// <summary>Activation of both towers.</summary>
    /// <value>The default value is null: from the description beside the file, else the naming's own (quick-GELU for OpenAI's CLIP, GELU for timm).</value>
    public Activation? Activation { get; init; }

    /// <summary>A folder with vocab.json and merges.txt (or OpenAI's bpe_simple_vocab_16e6.txt.gz), for weights that come without their vocabulary.</summary>
    /// <value>The default value is null: the weights' own folder.</value>
    public string? VocabularyFolder { get; init; }
}
