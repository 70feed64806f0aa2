using LiftPlus.Backbones.Loading;

namespace LiftPlus.Backbones;

/// <summary>Represents the sizes of an image tower. Each architecture has a record that derives from it.</summary>
public abstract record ImageEncoderConfig
{
    /// <summary>Gets the side of the square input in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Gets the number of color channels of the input.</summary>
    /// <value>The default value is 3 (R, G, B).</value>
    public int Channels { get; init; } = 3;

    /// <summary>Gets the number of entries D of the feature that a classifier sees.</summary>
    public abstract int FeatureDimension { get; }

    /// <summary>Gets whether the feature is already in the joint image and text space, so that no projection follows.</summary>
    public virtual bool FeatureIsEmbedding => false;

    /// <summary>Creates the network with unset values.</summary>
    /// <exception cref="LiftPlusException">The sizes do not fit together.</exception>
    public abstract ImageEncoder CreateEncoder();

    /// <summary>Gets the number of pixels that the side of an image must be a multiple of.</summary>
    internal virtual int SizeStep => 1;

    /// <summary>Gets the position embedding that depends on the size of the image; null if the network has none.</summary>
    internal virtual PositionGrid? Positions => null;

    /// <summary>Gets the activation of the MLPs; null if the network has none.</summary>
    internal virtual Activation? MlpActivation => null;

    /// <summary>Gets the width that attention splits into heads, and the number of heads; null if the network has no attention.</summary>
    internal virtual (int Width, int Heads)? HeadSplit => null;

    /// <summary>Gets the names of what the architecture has that changes the names of its tensors in files.</summary>
    internal virtual IReadOnlySet<string> Variants => new HashSet<string>();

    /// <summary>Gets a short description of the architecture without the size of its images, such as "ViT 768x12/16".</summary>
    internal virtual string Summary => GetType().Name;

    /// <summary>Returns the same architecture with another number of heads or another activation, where these are given.</summary>
    internal virtual ImageEncoderConfig With(int? heads, Activation? activation) => this;

    /// <summary>Adds the names and shapes of the network's tensors.</summary>
    internal virtual void AddTensors(ExpectedTensors tensors) { }
}
