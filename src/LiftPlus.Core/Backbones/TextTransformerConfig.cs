using System.Text.Json.Serialization;
using LiftPlus.Backbones.Loading;
using LiftPlus.Layers;

namespace LiftPlus.Backbones;

/// <summary>Represents the sizes of a text transformer: CLIP's causal one (arXiv 2103.00020), SigLIP's and others.</summary>
public sealed record TextTransformerConfig
{
    /// <summary>Gets the number of token places in a text, including start and end.</summary>
    /// <value>The default value is 77.</value>
    public int ContextLength { get; init; } = 77;

    /// <summary>Gets the number of rows of the token embedding.</summary>
    /// <value>The default value is 49408, the size of CLIP's byte-pair vocabulary.</value>
    public int VocabularySize { get; init; } = 49408;

    /// <summary>Gets the number of entries W of a token.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the number of blocks.</summary>
    public required int Depth { get; init; }

    /// <summary>Gets the number of attention heads; it divides <see cref="Width"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Gets the number of entries between the two linear layers of a block's MLP, usually 4 W.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Gets the activation of the MLP.</summary>
    /// <value>The default value is <see cref="Activation.QuickGelu"/>.</value>
    public Activation Activation { get; init; } = Activation.QuickGelu;

    /// <summary>Gets the epsilon of every LayerNorm.</summary>
    /// <value>The default value is 1e-5.</value>
    public double LayerNormEps { get; init; } = 1e-5;

    /// <summary>
    /// Gets the id of the end-of-text token: the feature of a text is at its first place. MetaCLIP 2 has 2.
    /// </summary>
    /// <value>The default value is null: the largest id of a text is its end, as in CLIP.</value>
    public int? EndToken { get; init; }

    /// <summary>Gets whether a token attends only to itself and those before it.</summary>
    [JsonInclude]
    internal bool IsCausal { get; init; } = true;

    /// <summary>Gets the place in a text that its feature is taken from.</summary>
    [JsonInclude]
    internal TextPooling Pooling { get; init; }

    /// <summary>Gets the sizes of the blocks.</summary>
    internal BlockSizes Block => new(Width, Heads, HiddenSize, Activation, LayerNormEps) { IsCausal = IsCausal };

    internal void AddTensors(ExpectedTensors tensors)
    {
        tensors.Add("text.token_embedding", VocabularySize, Width);
        tensors.Add("text.pos_embed", ContextLength, Width);
        tensors.AddBlocks("text", Depth, Block);
    }
}
