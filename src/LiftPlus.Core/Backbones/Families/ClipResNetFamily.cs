using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Backbones.Loading;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Families;

/// <summary>Represents CLIP with a ResNet (tables 19 and 20 of arXiv 2103.00020).</summary>
internal sealed class ClipResNetFamily : BackboneFamily
{
    public static readonly BackboneConfig RN50 = Create("CLIP RN50", ResNetDepths.ResNet50, embed: 1024),
        RN101 = Create("CLIP RN101", ResNetDepths.ResNet101, embed: 512);

    public override ImmutableArray<BackboneConfig> Known => [RN50, RN101];

    public override ImmutableArray<PublishedForm> Forms { get; } =
    [
        new()
        {
            Naming = WeightNaming.OpenAI,
            Names = new KeyMap
            {
                Name = "OpenAI CLIP ResNet",
                Marks = ["visual.attnpool.positional_embedding", "visual.layer1.0.conv1.weight"],
                Ignored = [.. OpenClip.Ignored],
                Rows =
                [
                    .. new[] { "1", "2", "3" }.SelectMany(n => ResNetFamily.Stem(n, "visual.")),
                    .. ResNetFamily.Stages("visual."),
                    new("image.attnpool.pos_embed", "visual.attnpool.positional_embedding"),
                    .. new[] { "q_proj", "k_proj", "v_proj", "c_proj" }.SelectMany(part =>
                        KeyRows.Affine("image.attnpool." + part, "visual.attnpool." + part)
                    ),
                    .. OpenClip.Text(),
                ],
            },
            HasText = true,
            UsualActivation = Activation.QuickGelu,
            WeightFile = OpenClip.WeightFile,
            DescriptionFile = OpenClip.ConfigFile,
            Read = Read,
            Describe = Describe,
        },
    ];

    public override bool Has(BackboneConfig config) => config.Image is ClipResNetConfig;

    private static BackboneConfig Read(DescriptionReader reader)
    {
        ClipResNetConfig image = reader.Sizes.ClipResNet();
        return OpenClip.Read(reader, image, (_, vision) =>
        {
            reader.Agree(vision, "image_size", image.ImageSize);
            reader.Agree(vision, "width", image.Width);
            return image;
        });
    }

    private static Dictionary<string, JsonObject> Describe(BackboneConfig config)
    {
        var image = (ClipResNetConfig)config.Image;
        JsonObject vision = new()
        {
            ["image_size"] = image.ImageSize,
            ["layers"] = JsonNumbers.From(image.Depths),
            ["width"] = image.Width,
        };
        return OpenClip.Describe(config, vision);
    }

    private static BackboneConfig Create(string name, ResNetDepths depths, int embed) =>
        new()
        {
            Name = name,
            Image = new ClipResNetConfig
            {
                ImageSize = 224,
                Depths = depths,
                Heads = 32,
                OutputDimension = embed,
            },
            Text = new TextTransformerConfig
            {
                Width = 512,
                Depth = 12,
                Heads = 8,
                HiddenSize = 2048,
            },
            EmbedDimension = embed,
            Preprocess = PreprocessConfig.Clip,
        };
}
