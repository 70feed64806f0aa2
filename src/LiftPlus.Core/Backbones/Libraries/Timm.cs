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

    private const int UsualSize = 224;

    /// <summary>No image of a published model is as large.</summary>
    public const int MaxImageSize = 1 << 20;

    /// <summary>
    /// Gets the published widths whose heads are not 64 wide in most models (so400m, huge, giant, gigantic, enormous), and their heads: for
    /// weights without a description.
    /// </summary>
    public static IReadOnlyDictionary<int, int> UsualHeads { get; } =
        new Dictionary<int, int>
        {
            [1152] = 16,
            [1280] = 16,
            [1408] = 16,
            [1664] = 16,
            [1792] = 16,
        };

    /// <summary>Reads a vision transformer.</summary>
    /// <param name="reader">What there is to read.</param>
    /// <param name="eps">The epsilon of the family's LayerNorms.</param>
    /// <param name="usual">The preprocessing without a description.</param>
    /// <param name="refine">Completes the image tower by what only the family knows; the heads are those of the tensors.</param>
    /// <param name="usualHeads">
    /// The heads of the family's widths whose heads are not 64 wide, where no description tells them; null for those of most models.
    /// </param>
    public static BackboneConfig ReadViT(
        DescriptionReader reader,
        double eps,
        PreprocessConfig usual,
        Func<VisionTransformerConfig, TimmModel, VisionTransformerConfig>? refine = null,
        IReadOnlyDictionary<int, int>? usualHeads = null
    )
    {
        TimmModel model = TimmModel.Read(reader);
        model.RefuseArguments(reader, "attn_layer", "block_fn", "norm_layer", "embed_norm_layer", "pool_include_prefix");
        model.RefuseArchitecture(reader);
        int? size = ImageSize(reader.File?.Section(PretrainedSection)) ?? ImageSize(reader.File);
        VisionTransformerConfig image = reader.Sizes.VisionTransformer(size ?? UsualSize);
        image = model.WithPooling(reader, image);
        image = reader.WithImageSize(model.Arguments, reader.WithImageSize(model.Place, image), "img_size");
        image = refine?.Invoke(image, model) ?? image;
        int? heads = model.Arguments?.Size("num_heads");
        Activation? activation = ActivationNames.Read(model.Arguments, "act_layer");
        image = image with
        {
            Heads = heads
                ?? (
                    model.Architecture is string name
                        ? TimmArchitectures.Heads(name, image.Width)
                        : (usualHeads ?? UsualHeads).GetValueOrDefault(image.Width, image.Heads)
                ),
            LayerNormEps = eps,
        };
        reader.UsualActivation = TimmArchitectures.Activation(model.Architecture ?? "");
        image = image with { Activation = image.IsGated ? Activation.Gelu : activation ?? reader.UsualActivation.Value };
        bool isSure = model.Architecture is string known ? TimmArchitectures.IsKnownViT(known) : model.Place is null;
        if (!isSure && (heads is null || activation is null))
            model.RemarkAssumed(
                reader,
                $"{image.Heads} heads{(image.MlpActivation is Activation assumed ? $" and {assumed}" : "")} are assumed"
            );
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
    /// <param name="config">The backbone.</param>
    /// <param name="architecture">An architecture of timm with the same parts.</param>
    public static Dictionary<string, JsonObject> DescribeViT(BackboneConfig config, string architecture)
    {
        var image = (VisionTransformerConfig)config.Image;
        JsonObject arguments = new()
        {
            ["img_size"] = image.ImageSize,
            ["patch_size"] = image.PatchSize,
            ["embed_dim"] = image.Width,
            ["depth"] = image.Depth,
            ["num_heads"] = image.Heads,
            ["mlp_ratio"] = (image.IsGated && !image.Variants.Contains(TimmNames.SplitMlp) ? 2.0 : 1.0) * image.HiddenSize / image.Width,
        };
        if (image.Activation == Activation.GeluTanh)
            arguments["act_layer"] = "gelu_tanh";
        if (image.PoolHeads is int heads)
            arguments[TimmModel.PoolHeads] = heads;
        return Describe(config, architecture, TimmModel.Name(image.Pooling), arguments);
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
                    ["interpolation"] = PixelDescription.NameOf(config.Preprocess.Filter),
                    ["crop_mode"] = config.Preprocess.Squash ? TimmPixels.Squash : "center",
                    ["mean"] = JsonNumbers.From(config.Preprocess.Mean),
                    ["std"] = JsonNumbers.From(config.Preprocess.Std),
                    ["num_classes"] = 0,
                },
            },
        };
}
