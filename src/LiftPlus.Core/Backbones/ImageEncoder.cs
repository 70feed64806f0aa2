using LiftPlus.Layers;
using LiftPlus.Sites;
using static TorchSharp.torch;

namespace LiftPlus.Backbones;

/// <summary>Encodes normalized images (B, 3, R, R) as features (B, D), before any projection into a joint space.</summary>
public abstract class ImageEncoder : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates the module.</summary>
    protected ImageEncoder(string name)
        : base(LibTorch.Loaded(name)) { }

    /// <summary>Gets the width D of the feature.</summary>
    public abstract long FeatureDimension { get; }

    /// <summary>Gets the transformer blocks in order; empty if the network has none.</summary>
    public virtual IReadOnlyList<TransformerBlock> Blocks => [];

    /// <summary>Gets the residual blocks of a ResNet or ConvNeXt in order over all stages; empty if the network has none.</summary>
    public virtual IReadOnlyList<ResidualBlock> ResidualBlocks => [];

    /// <summary>Gets the site on the feature (B, D), which is both input and output.</summary>
    public abstract AdapterSite FeatureSite { get; }

    /// <summary>
    /// Gets the rows and columns of the places that tokens stand for, and the side of a place in pixels of the input; null if the network
    /// has channels with a height and a width instead.
    /// </summary>
    internal virtual (int Rows, int Columns, int Pixels)? TokenGrid => null;
}
