using System.Text.Json.Nodes;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>What transformers calls a pretrained model.</summary>
internal static class HuggingFaceFolder
{
    public static BackboneForm Form(BackboneConfig config, VisionTransformerConfig image) =>
        new(
            (config.Text, Kind(image)) switch
            {
                (not null, _) => KeyMaps.HuggingFaceClip,
                (_, Model.ClipVision) => KeyMaps.HuggingFaceClipVision,
                (_, Model.Dinov2) => KeyMaps.HuggingFaceDinov2,
                (_, Model.Siglip) => KeyMaps.HuggingFaceSiglip,
                _ => KeyMaps.HuggingFaceViTModel,
            },
            "model.safetensors",
            config,
            new Dictionary<string, JsonObject>
            {
                ["config.json"] = config.Text is null ? ImageOnly(image) : Clip(config, image, config.Text),
                ["preprocessor_config.json"] = Preprocessor(config, image),
            }
        );

    private enum Model
    {
        ViT,
        ClipVision,
        Dinov2,
        Siglip,
    }

    private static Model Kind(VisionTransformerConfig image) =>
        image.Pooling == TokenPooling.Attention ? Model.Siglip
        : image.PreNorm ? Model.ClipVision
        : image.LayerScale ? Model.Dinov2
        : Model.ViT;

    public static JsonArray Numbers(IEnumerable<float> values) => [.. values.Select(value => JsonValue.Create(value))];

    private static JsonObject Clip(BackboneConfig config, VisionTransformerConfig image, TextTransformerConfig text) =>
        new()
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

    private static JsonObject ImageOnly(VisionTransformerConfig image)
    {
        (string type, string architecture) = Kind(image) switch
        {
            Model.ClipVision => ("clip_vision_model", "CLIPVisionModel"),
            Model.Dinov2 => ("dinov2", "Dinov2Model"),
            Model.Siglip => ("siglip_vision_model", "SiglipVisionModel"),
            _ => ("vit", "ViTModel"),
        };
        JsonObject config = Vision(image, type, null);
        config["architectures"] = new JsonArray(architecture);
        config["qkv_bias"] = true;
        if (Kind(image) == Model.Dinov2)
            config["mlp_ratio"] = (double)image.HiddenSize / image.Width;
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

    private static JsonObject Preprocessor(BackboneConfig config, VisionTransformerConfig image)
    {
        bool isClip = Kind(image) == Model.ClipVision;
        JsonObject Square() => new() { ["height"] = config.Preprocess.ImageSize, ["width"] = config.Preprocess.ImageSize };
        return new JsonObject
        {
            ["image_processor_type"] = Kind(image) switch
            {
                Model.ClipVision => "CLIPImageProcessor",
                Model.Dinov2 => "BitImageProcessor",
                Model.Siglip => "SiglipImageProcessor",
                _ => "ViTImageProcessor",
            },
            ["do_resize"] = true,
            ["size"] = isClip ? new JsonObject { ["shortest_edge"] = config.Preprocess.ImageSize } : Square(),
            ["resample"] = 3, // bicubic
            ["do_center_crop"] = isClip,
            ["crop_size"] = Square(),
            ["do_rescale"] = true,
            ["do_normalize"] = true,
            ["image_mean"] = Numbers(config.Preprocess.Mean),
            ["image_std"] = Numbers(config.Preprocess.Std),
        };
    }

    private static string NameOf(Activation activation) =>
        activation switch
        {
            Activation.QuickGelu => "quick_gelu",
            Activation.Gelu => "gelu",
            _ => "gelu_pytorch_tanh",
        };
}
