using LiftPlus.Layers;
using LiftPlus.Sites;
using static TorchSharp.torch;

namespace LiftPlus.Backbones;

/// <summary>Normalised images (B, 3, R, R) to features (B, D), before any projection into a joint space.</summary>
public abstract class ImageEncoder : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates the module.</summary>
    protected ImageEncoder(string name)
        : base(name) { }

    /// <summary>Width D of the feature.</summary>
    public abstract long FeatureDimension { get; }

    /// <summary>The transformer blocks in order; empty where the network has none.</summary>
    public virtual IReadOnlyList<TransformerBlock> Blocks => [];

    /// <summary>The residual blocks of a ResNet in order over all stages; empty where the network has none.</summary>
    public virtual IReadOnlyList<ResidualBottleneck> ResidualBlocks => [];

    /// <summary>A site on the feature (B, D): input and output are both the feature.</summary>
    public abstract AdapterSite FeatureSite { get; }
}
