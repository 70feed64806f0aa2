using System.Text.Json.Nodes;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>What timm calls a pretrained model: an architecture of its own, with other sizes as arguments.</summary>
internal static class TimmFolder
{
    public static BackboneForm Form(BackboneConfig config)
    {
        BackboneConfig imageOnly = config with { Text = null, EmbedDimension = null };
        return new BackboneForm(
            config.Image switch
            {
                ResNetConfig => KeyMaps.TimmResNet,
                VisionTransformerConfig { Pooling: TokenPooling.Attention } => KeyMaps.TimmSiglip,
                _ => KeyMaps.TimmViT,
            },
            "model.safetensors",
            imageOnly,
            new Dictionary<string, JsonObject> { ["config.json"] = Describe(imageOnly) }
        );
    }

    private static JsonObject Describe(BackboneConfig config) =>
        new()
        {
            ["architecture"] = config.Image switch
            {
                VisionTransformerConfig { PreNorm: true, Activation: Activation.QuickGelu } => "vit_base_patch16_clip_quickgelu_224",
                VisionTransformerConfig { PreNorm: true } => "vit_base_patch16_clip_224",
                VisionTransformerConfig { LayerScale: true } => "vit_base_patch14_dinov2",
                VisionTransformerConfig { Pooling: TokenPooling.Attention } => "vit_base_patch16_siglip_224",
                VisionTransformerConfig => "vit_base_patch16_224",
                _ => "resnet50",
            },
            ["num_classes"] = 0,
            ["num_features"] = config.Image.FeatureDimension,
            ["global_pool"] = config.Image switch
            {
                ResNetConfig => "avg",
                VisionTransformerConfig { Pooling: TokenPooling.Attention } => "map",
                _ => "token",
            },
            ["model_args"] = config.Image is ResNetConfig resNet ? ResNet(resNet) : ViT((VisionTransformerConfig)config.Image),
            ["pretrained_cfg"] = new JsonObject
            {
                ["input_size"] = new JsonArray(config.Image.Channels, config.Preprocess.ImageSize, config.Preprocess.ImageSize),
                ["interpolation"] = "bicubic",
                ["mean"] = HuggingFaceFolder.Numbers(config.Preprocess.Mean),
                ["std"] = HuggingFaceFolder.Numbers(config.Preprocess.Std),
                ["num_classes"] = 0,
            },
        };

    private static JsonObject ViT(VisionTransformerConfig image)
    {
        JsonObject arguments = new()
        {
            ["img_size"] = image.ImageSize,
            ["patch_size"] = image.PatchSize,
            ["embed_dim"] = image.Width,
            ["depth"] = image.Depth,
            ["num_heads"] = image.Heads,
            ["mlp_ratio"] = (double)image.HiddenSize / image.Width,
        };
        if (image.Activation == Activation.GeluTanh)
            arguments["act_layer"] = "gelu_tanh";
        return arguments;
    }

    private static JsonObject ResNet(ResNetConfig image) =>
        new() { ["layers"] = new JsonArray([.. image.Depths.ToList().Select(depth => JsonValue.Create(depth))]) };
}
