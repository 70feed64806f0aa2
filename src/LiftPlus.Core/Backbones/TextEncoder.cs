using LiftPlus.Layers;
using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Backbones;

/// <summary>Encodes token ids (M, T), int64, padded with 0, as features (M, W), before the projection into the joint space.</summary>
public abstract class TextEncoder : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates the module.</summary>
    protected TextEncoder(string name)
        : base(LibTorch.Loaded(name)) { }

    /// <summary>Gets the width W of the feature.</summary>
    public abstract long FeatureDimension { get; }

    /// <summary>Gets the transformer blocks in order.</summary>
    public abstract IReadOnlyList<TransformerBlock> Blocks { get; }

    /// <summary>Gets the embeddings of the vocabulary (V, W).</summary>
    public abstract Parameter TokenEmbedding { get; }

    /// <summary>
    /// Gets the site of the token embeddings: the input is the ids (M, T), the output their embeddings (M, T, W). Learned context is
    /// inserted here.
    /// </summary>
    public abstract AdapterSite EmbeddingSite { get; }
}
