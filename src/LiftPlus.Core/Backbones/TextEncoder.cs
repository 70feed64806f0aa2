using LiftPlus.Layers;
using LiftPlus.Sites;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Backbones;

/// <summary>Token ids (M, T), int64, padded with 0, to features (M, W), before the projection into the joint space.</summary>
public abstract class TextEncoder : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates the module.</summary>
    protected TextEncoder(string name)
        : base(name) { }

    /// <summary>Width W of the feature.</summary>
    public abstract long FeatureDimension { get; }

    /// <summary>The transformer blocks in order.</summary>
    public abstract IReadOnlyList<TransformerBlock> Blocks { get; }

    /// <summary>The vocabulary's embeddings (V, W).</summary>
    public abstract Parameter TokenEmbedding { get; }

    /// <summary>The site of the token embeddings: input are the ids (M, T), output their embeddings (M, T, W). Learned context stands here.</summary>
    public abstract AdapterSite EmbeddingSite { get; }
}
