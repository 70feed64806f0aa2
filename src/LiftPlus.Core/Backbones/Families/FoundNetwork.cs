using LiftPlus.Backbones.Libraries;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>Represents the network of a weight file that is read.</summary>
/// <param name="Form">The form in which it is published.</param>
/// <param name="Source">Its tensors, without what their names begin with in the file.</param>
internal sealed record FoundNetwork(PublishedForm Form, WeightSource Source)
{
    /// <summary>Gets the names of its tensors, as far as the file has alternatives.</summary>
    public KeyMap Names { get; } = Form.Names.For(Source);

    /// <summary>Gets what the names of its tensors begin with in the file, such as "model."; empty if it has the file to itself.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Gets why this network is read and not another one of the file; null if there is only one.</summary>
    public string? Remark { get; init; }

    /// <summary>Gets whether it is the image tower of an open_clip model that has timm's names; open_clip's description rules.</summary>
    public bool IsOpenClipTrunk => Prefix.EndsWith(OpenClip.Trunk, StringComparison.Ordinal);
}
