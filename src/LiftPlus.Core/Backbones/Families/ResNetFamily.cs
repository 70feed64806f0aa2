using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Backbones.Loading;
using LiftPlus.Layers;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>
/// Represents ResNets, trained on ImageNet-1K (table 1 of arXiv 1512.03385), with the names of timm and torchvision.
/// </summary>
internal sealed class ResNetFamily : BackboneFamily
{
    public static readonly BackboneConfig ResNet18 = Create("IN1K ResNet-18", new ResNetDepths(2, 2, 2, 2), ResNetBlock.Basic),
        ResNet34 = Create("IN1K ResNet-34", new ResNetDepths(3, 4, 6, 3), ResNetBlock.Basic),
        ResNet50 = Create("IN1K ResNet-50", ResNetDepths.ResNet50),
        ResNet101 = Create("IN1K ResNet-101", ResNetDepths.ResNet101),
        ResNet152 = Create("IN1K ResNet-152", ResNetDepths.ResNet152);

    private const int DefaultImageSize = 224;
    private const string Pooling = "avg";

    public override ImmutableArray<BackboneConfig> Known => [ResNet18, ResNet34, ResNet50, ResNet101, ResNet152];

    public override ImmutableArray<PublishedForm> Forms { get; } =
    [
        new()
        {
            Naming = WeightNaming.Timm,
            Names = new KeyMap
            {
                Name = "timm ResNet",
                Marks = ["layer1.0.conv2.weight", "layer4.0.conv2.weight", "bn1.running_var"],
                Ignored = ["fc.*"], // the classifier: a fine-tuned model gets another
                Rows = [.. Stem("1", ""), .. Stages("")],
            },
            Read = Read,
            Describe = config =>
                Timm.Describe(
                    config,
                    Architecture((ResNetConfig)config.Image),
                    Pooling,
                    new JsonObject { ["layers"] = JsonNumbers.From(((ResNetConfig)config.Image).Depths) }
                ),
        },
    ];

    public override bool Has(BackboneConfig config) => config.Image is ResNetConfig;

    /// <summary>Creates the rows of a convolution of the stem and its normalization.</summary>
    public static KeyRow[] Stem(string n, string prefix) =>
        [new($"image.conv{n}.weight", $"{prefix}conv{n}.weight"), .. KeyRows.Normalization($"image.bn{n}", $"{prefix}bn{n}")];

    /// <summary>Creates the rows of the four stages.</summary>
    public static IEnumerable<KeyRow> Stages(string prefix) =>
        Enumerable
            .Range(1, 4)
            .Select(stage => $"layer{stage}.{{n}}.")
            .SelectMany(block =>
                (IEnumerable<KeyRow>)
                    [
                        .. Normalized(block, prefix, "conv1", "bn1"),
                        .. Normalized(block, prefix, "conv2", "bn2"),
                        .. Normalized(block, prefix, "conv3", "bn3"),
                        .. Normalized(block, prefix, "downsample.0", "downsample.1"),
                    ]
            );

    private static string Architecture(ResNetConfig image) =>
        image.Antialiasing switch
        {
            Antialiasing.Mean => "resnetaa50",
            Antialiasing.Blur => "resnetblur50",
            _ => image.Block == ResNetBlock.Basic ? "resnet18" : "resnet50",
        };

    private static KeyRow[] Normalized(string block, string prefix, string convolution, string normalization) =>
        [
            new($"image.{block}{convolution}.weight", $"{prefix}{block}{convolution}.weight"),
            .. KeyRows.Normalization($"image.{block}{normalization}", $"{prefix}{block}{normalization}"),
        ];

    // Images of any size go through the network, so only the description can tell: channels, height, width.
    private static BackboneConfig Read(DescriptionReader reader)
    {
        TimmModel model = TimmModel.Read(reader);
        model.RequirePooling(reader, Pooling);
        model.RefuseArguments(reader, "aa_layer", "act_layer", "norm_layer", "output_stride", "replace_stem_pool", "stem_type");
        model.RefuseArchitecture(reader);
        if (model.Architecture is string name ? !TimmArchitectures.IsKnownResNet(name) : model.Place is not null)
            model.RemarkAssumed(reader, "the layers of a plain ResNet are assumed");
        int? size = Timm.ImageSize(reader.File?.Section(Timm.PretrainedSection))
            ?? Timm.ImageSize(reader.File)
            ?? (model.Place?.Side("image_size") is int side and < Timm.MaxImageSize ? side : null); // of open_clip
        ResNetConfig image = reader.Sizes.ResNet(size ?? DefaultImageSize) with
        {
            Antialiasing = TimmArchitectures.Antialiasing(model.Architecture),
        };
        if (image is { Antialiasing: not Antialiasing.None, Block: ResNetBlock.Basic })
            model.RefuseOther(reader, "the blocks are basic ones");
        return Timm.Assemble(reader, image, PreprocessConfig.ImageNet);
    }

    private static BackboneConfig Create(string name, ResNetDepths depths, ResNetBlock block = ResNetBlock.Bottleneck) =>
        new()
        {
            Name = name,
            Image = new ResNetConfig
            {
                ImageSize = DefaultImageSize,
                Depths = depths,
                Block = block,
            },
            Preprocess = PreprocessConfig.ImageNet,
        };
}
