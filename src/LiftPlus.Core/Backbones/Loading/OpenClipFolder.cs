using System.Text.Json.Nodes;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>What open_clip calls a pretrained model: OpenAI's names with a description.</summary>
internal static class OpenClipFolder
{
    private const double DefaultEps = 1e-5;

    public static BackboneForm Form(BackboneConfig config, TextTransformerConfig text) =>
        new(
            config.Image is ClipResNetConfig ? KeyMaps.OpenAIClipResNet : KeyMaps.OpenAIClip,
            "open_clip_model.safetensors",
            config,
            new Dictionary<string, JsonObject> { ["open_clip_config.json"] = Describe(config, text) }
        );

    private static JsonObject Describe(BackboneConfig config, TextTransformerConfig text)
    {
        JsonObject words = new()
        {
            ["context_length"] = text.ContextLength,
            ["vocab_size"] = text.VocabularySize,
            ["width"] = text.Width,
            ["heads"] = text.Heads,
            ["layers"] = text.Depth,
            ["mlp_ratio"] = (double)text.HiddenSize / text.Width,
        };
        Refine(words, text.Activation, text.LayerNormEps);
        JsonObject vision = config.Image is ClipResNetConfig resNet ? ResNet(resNet) : ViT((VisionTransformerConfig)config.Image);
        return new JsonObject
        {
            ["model_cfg"] = new JsonObject
            {
                ["embed_dim"] = config.EmbedDimension,
                ["quick_gelu"] = text.Activation == Activation.QuickGelu,
                ["vision_cfg"] = vision,
                ["text_cfg"] = words,
            },
            ["preprocess_cfg"] = new JsonObject
            {
                ["size"] = config.Preprocess.ImageSize,
                ["interpolation"] = "bicubic",
                ["mean"] = HuggingFaceFolder.Numbers(config.Preprocess.Mean),
                ["std"] = HuggingFaceFolder.Numbers(config.Preprocess.Std),
            },
        };
    }

    private static JsonObject ViT(VisionTransformerConfig image)
    {
        JsonObject vision = new()
        {
            ["image_size"] = image.ImageSize,
            ["layers"] = image.Depth,
            ["width"] = image.Width,
            ["head_width"] = image.Width / image.Heads,
            ["mlp_ratio"] = (double)image.HiddenSize / image.Width,
            ["patch_size"] = image.PatchSize,
        };
        Refine(vision, image.Activation, image.LayerNormEps);
        return vision;
    }

    private static JsonObject ResNet(ClipResNetConfig image) =>
        new()
        {
            ["image_size"] = image.ImageSize,
            ["layers"] = new JsonArray([.. image.Depths.ToList().Select(depth => JsonValue.Create(depth))]),
            ["width"] = image.Width,
        };

    private static void Refine(JsonObject tower, Activation activation, double eps)
    {
        if (activation == Activation.GeluTanh)
            tower["act_kwargs"] = new JsonObject { ["approximate"] = "tanh" };
        if (eps != DefaultEps)
            tower["norm_kwargs"] = new JsonObject { ["eps"] = eps };
    }
}
