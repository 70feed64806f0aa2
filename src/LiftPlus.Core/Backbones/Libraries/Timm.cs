using System.Text.Json.Nodes;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Libraries;

/// <summary>
/// Holds what the families have in common in timm: names, and the fields of config.json, which names an architecture and gives other
/// sizes as its arguments.
/// </summary>
internal static class Timm
{
    /// <summary>The part of config.json about the weights.</summary>
    public const string PretrainedSection = "pretrained_cfg";

    /// <summary>No image of a published model is as large.</summary>
    public const int MaxImageSize = 1 << 20;

    // Without a description: the published widths whose heads are not 64 wide (so400m, huge, giant, gigantic), and their heads.
    private static readonly Dictionary<int, int> s_heads = new()
    {
        [1152] = 16,
        [1280] = 16,
        [1408] = 16,
        [1664] = 16,
    };

    /// <summary>Creates the rows of a VisionTransformer without what pools its tokens.</summary>
    public static KeyRow[] Tower() =>
        [
            .. KeyRows.Affine("image.patch_embed.proj", "patch_embed.proj"),
            new("image.pos_embed", "pos_embed", KeyTransform.RankThree),
            .. KeyRows.Affine("image.norm_pre", "norm_pre"),
            .. new[] { "norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2" }.SelectMany(part =>
                KeyRows.Affine("image.blocks.{n}." + part, "blocks.{n}." + part)
            ),
            .. new[] { "ls1.gamma", "ls2.gamma" }.Select(part => new KeyRow("image.blocks.{n}." + part, "blocks.{n}." + part)),
            .. KeyRows.Affine("image.norm", "norm"),
        ];

    /// <summary>
    /// Creates the names of a VisionTransformer whose feature is its class token, without its classifier: a fine-tuned model gets another.
    /// </summary>
    /// <param name="mark">A tensor that only this family has; none for the plain architecture.</param>
    public static KeyMap ClassTokenNames(params string[] mark) =>
        new()
        {
            Name = "timm VisionTransformer",
            Marks = ["patch_embed.proj.weight", "cls_token", .. mark],
            Ignored = ["head.*", "pre_logits.*", "mask_token"],
            Rows = [new("image.cls_token", "cls_token", KeyTransform.RankThree), .. Tower()],
        };

    /// <summary>Reads a vision transformer.</summary>
    /// <param name="reader">What there is to read.</param>
    /// <param name="pooling">What the description must call the pooling: "token" or "map".</param>
    /// <param name="eps">The epsilon of the family's LayerNorms.</param>
    /// <param name="usual">The preprocessing without a description.</param>
    public static BackboneConfig ReadViT(DescriptionReader reader, string pooling, double eps, PreprocessConfig usual)
    {
        VisionTransformerConfig image = reader.Sizes.VisionTransformer();
        TimmModel model = TimmModel.Read(reader);
        model.RequirePooling(reader, pooling);
        model.RefuseArguments(reader, "attn_layer", "block_fn", "norm_layer", "embed_norm_layer", "pool_include_prefix");
        model.RefuseArchitecture(reader);
        int? heads = model.Arguments?.Size("num_heads");
        Activation? activation = ActivationNames.Read(model.Arguments, "act_layer");
        image = reader.WithImageSize(model.Arguments, reader.WithImageSize(model.Place, image), "img_size");
        image = image with
        {
            Heads = heads
                ?? (
                    model.Architecture is string name
                        ? TimmArchitectures.Heads(name, image.Width)
                        : s_heads.GetValueOrDefault(image.Width, image.Heads)
                ),
            Activation = activation ?? TimmArchitectures.Activation(model.Architecture ?? ""),
            LayerNormEps = eps,
        };
        reader.UsualActivation = TimmArchitectures.Activation(model.Architecture ?? "");
        bool isSure = model.Architecture is string known ? TimmArchitectures.IsKnownViT(known) : model.Place is null;
        if (!isSure && (heads is null || activation is null))
            model.RemarkAssumed(reader, $"{image.Heads} heads and {image.Activation} are assumed");
        return Assemble(reader, image, usual);
    }

    /// <summary>Completes a backbone by the preprocessing.</summary>
    public static BackboneConfig Assemble(DescriptionReader reader, ImageEncoderConfig image, PreprocessConfig usual) =>
        new()
        {
            Name = "",
            Image = image,
            Preprocess = reader.Preprocess(image, usual),
        };

    /// <summary>Gets the side of square images: channels, height and width are given; null if they are not, or are not square.</summary>
    public static int? ImageSize(JsonFile? place) =>
        place?.Channels("input_size") is [_, float height, float width] && height == width && height is > 0 and < MaxImageSize
            ? (int)height
            : null;

    /// <summary>Describes a vision transformer.</summary>
    public static Dictionary<string, JsonObject> DescribeViT(BackboneConfig config, string architecture, string pooling)
    {
        var image = (VisionTransformerConfig)config.Image;
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
        return Describe(config, architecture, pooling, arguments);
    }

    /// <summary>Describes a model by an architecture of timm and the arguments that it takes.</summary>
    public static Dictionary<string, JsonObject> Describe(
        BackboneConfig config,
        string architecture,
        string pooling,
        JsonObject arguments
    ) =>
        new()
        {
            ["config.json"] = new JsonObject
            {
                ["architecture"] = architecture,
                ["num_classes"] = 0,
                ["num_features"] = config.Image.FeatureDimension,
                ["global_pool"] = pooling,
                ["model_args"] = arguments,
                ["pretrained_cfg"] = new JsonObject
                {
                    ["input_size"] = new JsonArray(config.Image.Channels, config.Preprocess.ImageSize, config.Preprocess.ImageSize),
                    ["interpolation"] = "bicubic",
                    ["mean"] = JsonNumbers.From(config.Preprocess.Mean),
                    ["std"] = JsonNumbers.From(config.Preprocess.Std),
                    ["num_classes"] = 0,
                },
            },
        };
}
