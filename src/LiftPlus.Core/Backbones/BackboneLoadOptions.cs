namespace LiftPlus;

/// <summary>
/// Represents what a weight file may leave open, and what can be changed when it is loaded. Sizes are always read from the file; these
/// options win over the description beside it. They are part of the recipe, so that a checkpoint finds its backbone unchanged.
/// </summary>
public sealed record BackboneLoadOptions
{
    private const int LargestImage = 4096;

    /// <summary>
    /// Gets the side of the images in pixels. If it differs from that of the weights, position embeddings are resampled (bicubic,
    /// antialiased). It is a multiple of the patch size, or of 32 for CLIP's ResNets.
    /// </summary>
    /// <value>The default value is null: the size of the weights.</value>
    public int? ImageSize { get; init; }

    /// <summary>Gets the number of attention heads of the image tower, which the tensors do not show.</summary>
    /// <value>The default value is null: taken from the description beside the file, or one per 64 entries of width.</value>
    public int? ImageHeads { get; init; }

    /// <summary>Gets the number of attention heads of the text tower.</summary>
    /// <value>The default value is null: taken from the description beside the file, or one per 64 entries of width.</value>
    public int? TextHeads { get; init; }

    /// <summary>Gets the activation of both towers.</summary>
    /// <value>
    /// The default value is null: taken from the description beside the file, or usual for the naming (quick-GELU for OpenAI's CLIP, GELU
    /// for timm).
    /// </value>
    public Activation? Activation { get; init; }

    /// <summary>
    /// Gets a folder with vocab.json and merges.txt (or OpenAI's bpe_simple_vocab_16e6.txt.gz), for weights that come without their
    /// vocabulary.
    /// </summary>
    /// <value>The default value is null: the folder of the weights.</value>
    public string? VocabularyFolder { get; init; }

    /// <summary>Returns the errors in these options, one sentence each; empty when they are valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (ImageSize is < 1 or > LargestImage)
            yield return $"{nameof(ImageSize)} is {ImageSize}; give 1 to {LargestImage} pixels.";
        if (ImageHeads < 1)
            yield return $"{nameof(ImageHeads)} is {ImageHeads}; give 1 or more.";
        if (TextHeads < 1)
            yield return $"{nameof(TextHeads)} is {TextHeads}; give 1 or more.";
        if (Activation is LiftPlus.Activation activation && !Enum.IsDefined(activation))
            yield return $"{nameof(Activation)} is {activation}; give one of {string.Join(", ", Enum.GetNames<Activation>())}.";
    }
}
