using LiftPlus.Backbones;
using LiftPlus.Backbones.Families;
using LiftPlus.Layers;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones.Families;

/// <summary>Finds a family's small backbone.</summary>
internal static class SmallBackbones
{
    /// <summary>Sets the biases of keys to 0 that the family's files do not have.</summary>
    public static void BlankMissingBiases(this Backbone backbone)
    {
        if (backbone.Config.Image is not VisionTransformerConfig image || image.QkvBias == QueryKeyValueBias.All)
            return;
        using IDisposable noGrad = no_grad();
        foreach (TransformerBlock block in backbone.Image.Blocks)
        {
            bool all = image.QkvBias == QueryKeyValueBias.None;
            block.attn.qkv.bias!.narrow(0, all ? 0 : image.Width, all ? 3 * image.Width : image.Width).zero_();
        }
    }

    public static BackboneConfig Small(this BackboneFamily family) =>
        TinyBackbones.All.First(config => BackboneFamilies.Find(config) == family);
}
