using System.Text.Json.Nodes;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Libraries;

/// <summary>
/// Holds what the families have in common in Hugging Face's transformers: names, and the fields of config.json. The library leaves out of a
/// description what equals its defaults.
/// </summary>
internal static class Transformers
{
    /// <summary>The file with the architecture.</summary>
    public const string ConfigFile = "config.json";

    private const int DefaultImageSize = 224,
        DefaultHeads = 12,
        DefaultTextHeads = 8,
        Bilinear = 2,
        Bicubic = 3;

    /// <summary>Creates the rows of a block of CLIP or SigLIP.</summary>
    public static KeyRow[] ClipBlock(string ours, string source) =>
        [
            .. KeyRows.Affine(ours + ".norm1", source + ".layer_norm1"),
            .. KeyRows.Fused(ours + ".attn.qkv", source + ".self_attn", "q_proj", "k_proj", "v_proj"),
            .. KeyRows.Affine(ours + ".attn.proj", source + ".self_attn.out_proj"),
            .. KeyRows.Affine(ours + ".norm2", source + ".layer_norm2"),
            .. KeyRows.Affine(ours + ".mlp.fc1", source + ".mlp.fc1"),
            .. KeyRows.Affine(ours + ".mlp.fc2", source + ".mlp.fc2"),
        ];

    /// <summary>Creates the rows of the tower of a ViTModel or Dinov2Model.</summary>
    public static KeyRow[] ViTTower(string prefix, string norm1, string norm2, string fc1, string fc2) =>
        [
            .. KeyRows.Affine("image.patch_embed.proj", prefix + "embeddings.patch_embeddings.projection"),
            new("image.cls_token", prefix + "embeddings.cls_token", KeyTransform.RankThree),
            new("image.pos_embed", prefix + "embeddings.position_embeddings", KeyTransform.RankThree),
            .. KeyRows.Affine("image.blocks.{n}.norm1", $"{prefix}encoder.layer.{{n}}.{norm1}"),
            .. KeyRows.Fused("image.blocks.{n}.attn.qkv", prefix + "encoder.layer.{n}.attention.attention", "query", "key", "value"),
            .. KeyRows.Affine("image.blocks.{n}.attn.proj", prefix + "encoder.layer.{n}.attention.output.dense"),
            .. KeyRows.Affine("image.blocks.{n}.norm2", $"{prefix}encoder.layer.{{n}}.{norm2}"),
            .. KeyRows.Affine("image.blocks.{n}.mlp.fc1", $"{prefix}encoder.layer.{{n}}.{fc1}"),
            .. KeyRows.Affine("image.blocks.{n}.mlp.fc2", $"{prefix}encoder.layer.{{n}}.{fc2}"),
            .. KeyRows.Affine("image.norm", prefix + "layernorm"),
        ];

    /// <summary>Refuses another kind of model than the known ones, whose tensors may have the same names.</summary>
    public static void RequireType(DescriptionReader reader, params ReadOnlySpan<string> known)
    {
        // A tower inside a larger model is described by its own part.
        reader.RequireOneOf(reader.File?.Section("vision_config") ?? reader.File, "model_type", known);
    }

    /// <summary>Reads a backbone of an image tower alone.</summary>
    /// <param name="reader">What there is to read.</param>
    /// <param name="activation">The default of the model class.</param>
    /// <param name="eps">The default of the model class.</param>
    /// <param name="usual">The preprocessing without a description.</param>
    public static BackboneConfig ReadImageTower(DescriptionReader reader, Activation activation, double eps, PreprocessConfig usual)
    {
        // A tower that was saved alone has the whole file to itself.
        VisionTransformerConfig image = ReadImage(reader, reader.File?.Section("vision_config") ?? reader.File, activation, eps);
        return new BackboneConfig
        {
            Name = "",
            Image = image,
            Preprocess = reader.Preprocess(image, usual),
        };
    }

    /// <summary>Reads the sizes of an image tower.</summary>
    public static VisionTransformerConfig ReadImage(DescriptionReader reader, JsonFile? config, Activation activation, double eps)
    {
        VisionTransformerConfig image = reader.Sizes.VisionTransformer(config?.Size("image_size") ?? DefaultImageSize);
        reader.Agree(config, "hidden_size", image.Width);
        reader.Agree(config, "num_hidden_layers", image.Depth);
        reader.Agree(config, "intermediate_size", image.HiddenSize);
        reader.Agree(config, "patch_size", image.PatchSize);
        reader.Agree(config, "num_channels", image.Channels);
        return reader.WithImageSize(config, image) with
        {
            Heads = config?.Size("num_attention_heads") ?? DefaultHeads,
            Activation = image.IsGated ? Activation.Gelu : ActivationNames.Read(config, "hidden_act") ?? activation, // a gate has SiLU
            LayerNormEps = config?.Number("layer_norm_eps") ?? eps,
        };
    }

    /// <summary>Reads the sizes of a text tower.</summary>
    public static TextTransformerConfig ReadText(
        DescriptionReader reader,
        JsonFile? config,
        Activation activation,
        double eps,
        int heads = DefaultTextHeads
    )
    {
        TextTransformerConfig text = reader.Sizes.TextTransformer();
        reader.Agree(config, "hidden_size", text.Width);
        reader.Agree(config, "num_hidden_layers", text.Depth);
        reader.Agree(config, "intermediate_size", text.HiddenSize);
        reader.Agree(config, "vocab_size", text.VocabularySize);
        reader.Agree(config, "max_position_embeddings", text.ContextLength);
        return text with
        {
            Heads = config?.Size("num_attention_heads") ?? heads,
            Activation = ActivationNames.Read(config, "hidden_act") ?? activation,
            LayerNormEps = config?.Number("layer_norm_eps") ?? eps,
        };
    }

    /// <summary>Describes an image tower.</summary>
    public static JsonObject DescribeImage(VisionTransformerConfig image, string modelType) =>
        new()
        {
            ["model_type"] = modelType,
            ["image_size"] = image.ImageSize,
            ["patch_size"] = image.PatchSize,
            ["num_channels"] = image.Channels,
            ["hidden_size"] = image.Width,
            ["intermediate_size"] = image.HiddenSize,
            ["num_hidden_layers"] = image.Depth,
            ["num_attention_heads"] = image.Heads,
            ["hidden_act"] = ActivationNames.Get(image.Activation),
            ["layer_norm_eps"] = image.LayerNormEps,
        };

    /// <summary>Describes a text tower.</summary>
    public static JsonObject DescribeText(TextTransformerConfig text, string modelType) =>
        new()
        {
            ["model_type"] = modelType,
            ["vocab_size"] = text.VocabularySize,
            ["max_position_embeddings"] = text.ContextLength,
            ["hidden_size"] = text.Width,
            ["intermediate_size"] = text.HiddenSize,
            ["num_hidden_layers"] = text.Depth,
            ["num_attention_heads"] = text.Heads,
            ["hidden_act"] = ActivationNames.Get(text.Activation),
            ["layer_norm_eps"] = text.LayerNormEps,
        };

    /// <summary>Describes a backbone of an image tower alone, in both files.</summary>
    /// <param name="config">The backbone.</param>
    /// <param name="modelType">The library's name of the architecture, such as "vit".</param>
    /// <param name="architecture">The class, such as "ViTModel".</param>
    /// <param name="processor">The class that prepares its images.</param>
    /// <param name="crops">Whether that class can cut out the middle; otherwise it squashes the image.</param>
    public static Dictionary<string, JsonObject> DescribeImageTower(
        BackboneConfig config,
        string modelType,
        string architecture,
        string processor,
        bool crops = false
    )
    {
        JsonObject description = DescribeImage((VisionTransformerConfig)config.Image, modelType);
        description["architectures"] = new JsonArray(architecture);
        description["qkv_bias"] = true;
        return Files(description, config.Preprocess, processor, crops);
    }

    /// <summary>Gets the two files of a model folder. Where images are cut, CLIP's class replaces one that only squashes them.</summary>
    public static Dictionary<string, JsonObject> Files(JsonObject config, PreprocessConfig preprocess, string processor, bool crops)
    {
        JsonObject Square() => new() { ["height"] = preprocess.ImageSize, ["width"] = preprocess.ImageSize };
        JsonObject preprocessor = new()
        {
            ["image_processor_type"] = preprocess.Squash || crops ? processor : "CLIPImageProcessor",
            ["do_resize"] = true,
            ["size"] = preprocess.Squash ? Square() : new JsonObject { ["shortest_edge"] = preprocess.ImageSize },
            ["resample"] = preprocess.Filter == ResizeFilter.Bilinear ? Bilinear : Bicubic,
            ["do_center_crop"] = !preprocess.Squash,
            ["crop_size"] = Square(),
            ["do_rescale"] = true,
            ["do_normalize"] = true,
            ["image_mean"] = JsonNumbers.From(preprocess.Mean),
            ["image_std"] = JsonNumbers.From(preprocess.Std),
        };
        return new() { [ConfigFile] = config, [TransformersPixels.PreprocessorFile] = preprocessor };
    }
}
