using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>
/// Represents ConvNeXt (arXiv 2201.03545) as DINOv3's authors (arXiv 2508.10104), transformers, timm and open_clip's models publish it.
/// Images of any size go through the network.
/// </summary>
internal sealed class ConvNextFamily : BackboneFamily
{
    public static readonly BackboneConfig Tiny = Create("DINOv3 ConvNeXt-T", 96, new(3, 3, 9, 3)),
        Small = Create("DINOv3 ConvNeXt-S", 96, new(3, 3, 27, 3)),
        Base = Create("DINOv3 ConvNeXt-B", 128, new(3, 3, 27, 3)),
        Large = Create("DINOv3 ConvNeXt-L", 192, new(3, 3, 27, 3));

    private const int DefaultImageSize = 224,
        Stages = 4;
    private const double Eps = 1e-6,
        EpsOfLargest = 1e-5;
    private const string ModelType = "dinov3_convnext",
        Pooling = "avg",
        Largest = "convnext_xxlarge";

    private static readonly PublishedForm s_timm = new()
    {
        Naming = WeightNaming.Timm,
        Names = Names(
            "timm ConvNeXt",
            "head.norm",
            stage => stage == 0 ? ("stem.0", "stem.1") : Downsample("stages.{0}.downsample", stage),
            "stages.{0}.blocks.",
            ("conv_dw", "norm", "mlp.fc1", "mlp.fc2")
        ) with
        {
            Marks = ["stem.0.weight", "stages.0.blocks.0.conv_dw.weight"],
            Ignored = ["head.fc.*"], // the classifier: a fine-tuned model gets another
        },
        Read = reader => ReadTimm(reader, PreprocessConfig.ImageNet),
        Describe = config =>
        {
            var image = (ConvNextConfig)config.Image;
            JsonObject arguments = new()
            {
                ["depths"] = JsonNumbers.From(image.Depths),
                ["dims"] = new JsonArray([.. image.Widths.Select(width => JsonValue.Create(width))]),
            };
            return Timm.Describe(config, image.LayerNormEps == Eps ? "convnext_tiny" : Largest, Pooling, arguments);
        },
    };

    public override ImmutableArray<BackboneConfig> Known => [Tiny, Small, Base, Large];

    public override ImmutableArray<PublishedForm> Forms { get; } =
    [
        new()
        {
            Naming = WeightNaming.HuggingFace,
            Names = Names(
                "Hugging Face DINOv3ConvNextModel",
                "layer_norm",
                stage => Downsample("stages.{0}.downsample_layers", stage),
                "stages.{0}.layers.",
                ("depthwise_conv", "layer_norm", "pointwise_conv1", "pointwise_conv2")
            ) with
            {
                Marks = ["stages.0.layers.0.depthwise_conv.weight", "layer_norm.weight"],
            },
            Read = ReadTransformers,
            Describe = DescribeTransformers,
        },
        new()
        {
            Naming = WeightNaming.Timm,
            Names = Names(
                "DINOv3 ConvNeXt",
                "norm",
                stage => Downsample("downsample_layers.{0}", stage),
                "stages.{0}.",
                ("dwconv", "norm", "pwconv1", "pwconv2")
            ) with
            {
                Marks = ["stages.0.0.dwconv.weight", "downsample_layers.0.0.weight"],
                Ignored = ["norms.3.*"], // the same as norm
            },
            IsOriginal = true,
            Read = reader => ReadTimm(reader, PreprocessConfig.Dinov3),
        },
        .. OpenClipTrunk.Forms(s_timm),
        s_timm,
    ];

    public override bool Has(BackboneConfig config) => config.Image is ConvNextConfig;

    // The convolution comes first in the first stage, and the LayerNorm in the others.
    private static (string Convolution, string Norm) Downsample(string form, int stage)
    {
        string name = form.Replace("{0}", $"{stage}");
        return stage == 0 ? (name + ".0", name + ".1") : (name + ".1", name + ".0");
    }

    private static KeyMap Names(
        string name,
        string last,
        Func<int, (string Convolution, string Norm)> downsample,
        string block,
        (string Convolution, string Norm, string First, string Second) parts
    ) =>
        new()
        {
            Name = name,
            Rows =
            [
                .. Enumerable
                    .Range(0, Stages)
                    .SelectMany(stage =>
                    {
                        string ours = $"image.stages.{stage}.",
                            source = block.Replace("{0}", $"{stage}") + "{n}.";
                        return (KeyRow[])
                            [
                                .. KeyRows.Affine(ours + "conv", downsample(stage).Convolution),
                                .. KeyRows.Affine(ours + "norm", downsample(stage).Norm),
                                .. KeyRows.Affine(ours + "blocks.{n}.conv_dw", source + parts.Convolution),
                                .. KeyRows.Affine(ours + "blocks.{n}.norm", source + parts.Norm),
                                .. KeyRows.Affine(ours + "blocks.{n}.fc1", source + parts.First),
                                .. KeyRows.Affine(ours + "blocks.{n}.fc2", source + parts.Second),
                                new(ours + "blocks.{n}.gamma", source + "gamma"),
                            ];
                    }),
                .. KeyRows.Affine("image.norm", last),
            ],
        };

    private static BackboneConfig ReadTimm(DescriptionReader reader, PreprocessConfig usual)
    {
        TimmModel model = TimmModel.Read(reader);
        model.RequirePooling(reader, Pooling);
        model.RefuseArguments(reader, "act_layer", "conv_mlp", "head_norm_first", "kernel_sizes", "norm_layer", "patch_size", "stem_type");
        if (model.Architecture is string name ? !TimmArchitectures.IsKnownConvNext(name) : model.Place is not null)
            model.RemarkAssumed(reader, "the layers of a plain ConvNeXt are assumed");
        int size = Timm.ImageSize(reader.File?.Section(Timm.PretrainedSection))
            ?? Timm.ImageSize(reader.File)
            ?? (model.Place?.Side("image_size") is int side and < Timm.MaxImageSize ? side : DefaultImageSize); // of open_clip
        ConvNextConfig image = reader.Sizes.ConvNext(size) with
        {
            LayerNormEps = model.Architecture?.StartsWith(Largest, StringComparison.Ordinal) == true ? EpsOfLargest : Eps,
        };
        return Timm.Assemble(reader, image, usual);
    }

    private static BackboneConfig ReadTransformers(DescriptionReader reader)
    {
        JsonFile file = reader.File!;
        reader.RequireOneOf(file, "model_type", ModelType);
        ConvNextConfig image = reader.Sizes.ConvNext(file.Size("image_size") is int size and < Timm.MaxImageSize ? size : DefaultImageSize);
        reader.Agree(file, "num_channels", image.Channels);
        image = image with { LayerNormEps = file.Number("layer_norm_eps") ?? Eps };
        return Timm.Assemble(reader, image, PreprocessConfig.Dinov3);
    }

    private static Dictionary<string, JsonObject> DescribeTransformers(BackboneConfig config)
    {
        var image = (ConvNextConfig)config.Image;
        JsonObject description = new()
        {
            ["architectures"] = new JsonArray("DINOv3ConvNextModel"),
            ["model_type"] = ModelType,
            ["num_channels"] = image.Channels,
            ["hidden_sizes"] = new JsonArray([.. image.Widths.Select(width => JsonValue.Create(width))]),
            ["depths"] = JsonNumbers.From(image.Depths),
            ["hidden_act"] = "gelu",
            ["layer_norm_eps"] = image.LayerNormEps,
            ["image_size"] = image.ImageSize,
        };
        return Transformers.Files(description, config.Preprocess, "DINOv3ViTImageProcessorFast", crops: false);
    }

    private static BackboneConfig Create(string name, int width, ResNetDepths depths) =>
        new()
        {
            Name = name,
            Image = new ConvNextConfig
            {
                ImageSize = DefaultImageSize,
                Widths = [width, 2 * width, 4 * width, 8 * width],
                Depths = depths,
            },
            Preprocess = PreprocessConfig.Dinov3,
        };
}
