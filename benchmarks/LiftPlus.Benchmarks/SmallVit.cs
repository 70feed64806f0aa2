using LiftPlus.Backbones;
using LiftPlus.TestSupport;

namespace LiftPlus.Benchmarks;

/// <summary>Writes small ViTs with random weights, on which the measurements of serving take minutes and not hours.</summary>
internal static class SmallVit
{
    /// <summary>The number of heads, which a file of timm does not tell.</summary>
    public const int Heads = 3;

    /// <summary>Writes a ViT of 192 x 6 at 224 pixels, or one of 96 x 2 at 32 pixels, in timm's form.</summary>
    public static void Write(string file, bool isTiny = false)
    {
        BackboneConfig large = KnownBackbones.In21kViTB16;
        var image = (VisionTransformerConfig)large.Image;
        var config = isTiny
            ? large with
            {
                Name = "tiny ViT",
                Image = image with { ImageSize = 32, PatchSize = 8, Width = 96, Depth = 2, Heads = Heads, HiddenSize = 192 },
                Preprocess = large.Preprocess with { ImageSize = 32 },
            }
            : large with
            {
                Name = "small ViT",
                Image = image with { Width = 192, Depth = 6, Heads = Heads, HiddenSize = 768 },
            };
        using var backbone = new Backbone(config);
        backbone.Initialize(0);
        TestBackbones.WriteTimm(backbone, file);
    }
}
