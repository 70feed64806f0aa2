namespace LiftPlus.Backbones;

/// <summary>What a weight file may leave open. Sizes are always read from the file; these win over what a description beside it says.</summary>
public sealed record BackboneLoadOptions
{
    /// <summary>Attention heads of the image tower; they leave no trace in the tensors.</summary>
    /// <value>The default value is null: from the description beside the file, else one per 64 entries of width.</value>
    public int? ImageHeads { get; init; }

    /// <summary>Attention heads of the text tower.</summary>
    /// <value>The default value is null: from the description beside the file, else one per 64 entries of width.</value>
    public int? TextHeads { get; init; }

    /// <summary>Activation of both towers.</summary>
    /// <value>The default value is null: from the description beside the file, else the naming's own (quick-GELU for OpenAI's CLIP, GELU for timm).</value>
    public Activation? Activation { get; init; }

    /// <summary>A folder with vocab.json and merges.txt (or OpenAI's bpe_simple_vocab_16e6.txt.gz), for weights that come without their vocabulary.</summary>
    /// <value>The default value is null: the weights' own folder.</value>
    public string? VocabularyFolder { get; init; }
}
