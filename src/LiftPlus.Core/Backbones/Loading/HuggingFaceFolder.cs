using System.Text.Json.Nodes;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>What transformers calls a pretrained model.</summary>
internal static class HuggingFaceFolder
{
    public static BackboneForm Form(BackboneConfig config, VisionTransformerConfig image) => new(
        config.Text is null ? KeyMaps.HuggingFaceViTModel : KeyMaps.HuggingFaceClip,
        "model.safetensors",
        config,
        new Dictionary<string, JsonObject>
        {
            ["config.json"] = config.Text is null ? ViT(image) : Clip(config, image, config.Text),
            ["preprocessor_config.json"] = Preprocessor(config),
        });

    public static JsonArray Numbers(IEnumerable<float> values) => [.. values.Select(value => JsonValue.Create(value))];

    private static JsonObject Clip(BackboneConfig config, VisionTransformerConfig image, TextTransformerConfig text) => new()
    {
        ["architectures"] = new JsonArray("CLIPModel"),
        ["model_type"] = "clip",
        ["projection_dim"] = config.EmbedDimension,
        ["vision_config"] = Vision(image, "clip_vision_model", config.EmbedDimension),
        ["text_config"] = new JsonObject
        {
            ["model_type"] = "clip_text_model",
            ["vocab_size"] = text.VocabularySize,
            ["max_position_embeddings"] = text.ContextLength,
            ["hidden_size"] = text.Width,
            ["intermediate_size"] = text.HiddenSize,
            ["num_hidden_layers"] = text.Depth,
            ["num_attention_heads"] = text.Heads,
            ["hidden_act"] = NameOf(text.Activation),
            ["layer_norm_eps"] = text.LayerNormEps,
            ["projection_dim"] = config.EmbedDimension,
            ["bos_token_id"] = text.VocabularySize - 2,
            ["eos_token_id"] = text.VocabularySize - 1,
            ["pad_token_id"] = 0,
        },
    };

    private static JsonObject ViT(VisionTransformerConfig image)
    {
        JsonObject config = Vision(image, "vit", null);
        config["architectures"] = new JsonArray("ViTModel");
        config["qkv_bias"] = true;
        return config;
    }

    private static JsonObject Vision(VisionTransformerConfig image, string type, int? embed)
    {
        JsonObject config = new()
        {
            ["model_type"] = type,
            ["image_size"] = image.ImageSize,
            ["patch_size"] = image.PatchSize,
            ["num_channels"] = image.Channels,
            ["hidden_size"] = image.Width,
            ["intermediate_size"] = image.HiddenSize,
            ["num_hidden_layers"] = image.Depth,
            ["num_attention_heads"] = image.Heads,
            ["hidden_act"] = NameOf(image.Activation),
            ["layer_norm_eps"] = image.LayerNormEps,
        };
        if (embed is not null)
            config["projection_dim"] = embed;
        return config;
    }

    private static JsonObject Preprocessor(BackboneConfig config)
    {
        JsonObject Square() => new() { ["height"] = config.Preprocess.ImageSize, ["width"] = config.Preprocess.ImageSize };
        return new JsonObject
        {
            ["image_processor_type"] = config.Text is null ? "ViTImageProcessor" : "CLIPImageProcessor",
            ["do_resize"] = true,
            ["size"] = config.Text is null ? Square() : new JsonObject { ["shortest_edge"] = config.Preprocess.ImageSize },
            ["resample"] = 3, // bicubic
            ["do_center_crop"] = config.Text is not null,
            ["crop_size"] = Square(),
            ["do_rescale"] = true,
            ["do_normalize"] = true,
            ["image_mean"] = Numbers(config.Preprocess.Mean),
            ["image_std"] = Numbers(config.Preprocess.Std),
        };
    }

    private static string NameOf(Activation activation) => activation switch
    {
        Activation.QuickGelu => "quick_gelu",
        Activation.Gelu => "gelu",
        _ => "gelu_pytorch_tanh",
    };
}
