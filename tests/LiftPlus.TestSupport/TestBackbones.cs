using LiftPlus.Backbones.Libraries;
using LiftPlus.Weights;

namespace LiftPlus.TestSupport;

/// <summary>Writes weight files of backbones with random weights.</summary>
public static class TestBackbones
{
    /// <summary>Writes an image-only backbone under timm's names.</summary>
    public static void WriteTimm(Backbone backbone, string path) =>
        Safetensors.Write(path, TimmNames.Transformer("timm VisionTransformer").ToSource(backbone.state_dict()));

    /// <summary>Writes a full-size ViT-B/16 (timm's names, 86 million random values, 343 MB in float32).</summary>
    public static void WriteVitB16(string path)
    {
        using var backbone = new Backbone(KnownBackbones.In21kViTB16);
        backbone.Initialize(0);
        WriteTimm(backbone, path);
    }
}
