using LiftPlus.Backbones;
using static TorchSharp.torch;

namespace LiftPlus.Adapters.Tests;

/// <summary>A CLIP of toy size with seeded values, and inputs for it.</summary>
internal static class SmallBackbone
{
    public const int Classes = 24;

    private static readonly BackboneConfig s_config = new()
    {
        Name = "toy CLIP",
        Image = new VisionTransformerConfig
        {
            ImageSize = 16,
            PatchSize = 8,
            Width = 24,
            Depth = 3,
            Heads = 3,
            HiddenSize = 48,
        },
        Text = new TextTransformerConfig
        {
            ContextLength = 12,
            VocabularySize = 40,
            Width = 16,
            Depth = 2,
            Heads = 2,
            HiddenSize = 32,
        },
        EmbedDimension = 20,
        Preprocess = new PreprocessConfig { ImageSize = 16 },
    };

    public static Backbone Clip() => Seeded(s_config);

    public static Backbone ClipResNet() =>
        Seeded(
            s_config with
            {
                Name = "toy CLIP ResNet",
                Image = new ClipResNetConfig
                {
                    ImageSize = 32,
                    Width = 4,
                    Depths = new ResNetDepths(2, 1, 1, 1),
                    Heads = 2,
                    OutputDimension = 20,
                },
                Preprocess = new PreprocessConfig { ImageSize = 32 },
            }
        );

    /// <summary>A ResNet of basic blocks as timm has it, beside a text tower.</summary>
    public static Backbone BasicResNet() =>
        Seeded(
            s_config with
            {
                Name = "toy ResNet",
                Image = new ResNetConfig
                {
                    ImageSize = 32,
                    StemWidth = 4,
                    Width = 4,
                    Depths = new ResNetDepths(2, 1, 1, 1),
                    Block = ResNetBlock.Basic,
                },
                Preprocess = new PreprocessConfig { ImageSize = 32 },
            }
        );

    /// <summary>A vision transformer as timm and transformers' ViTModel have it, or a variant of it.</summary>
    public static Backbone ViT(Func<VisionTransformerConfig, VisionTransformerConfig>? variant = null) =>
        Seeded(
            s_config with
            {
                Name = "toy ViT",
                Image = (variant ?? (image => image))(
                    new VisionTransformerConfig
                    {
                        ImageSize = 16,
                        PatchSize = 8,
                        Width = 24,
                        Depth = 3,
                        Heads = 3,
                        HiddenSize = 48,
                        Activation = Activation.Gelu,
                        LayerNormEps = 1e-6,
                        PreNorm = false,
                        PatchBias = true,
                    }
                ),
                Text = null,
                EmbedDimension = null,
            }
        );

    private static Backbone Seeded(BackboneConfig config)
    {
        var backbone = new Backbone(config);
        backbone.Initialize(7);
        // Biases and normalisations away from their constants, so that nothing is right by accident.
        using IDisposable noGrad = no_grad();
        using var random = new Generator(8);
        foreach ((_, TorchSharp.Modules.Parameter parameter) in backbone.named_parameters().Where(entry => entry.parameter.dim() == 1))
        {
            using Tensor noise = empty(parameter.shape).normal_(0, 0.1, random);
            TensorMath.Add_(parameter, noise);
        }

        return backbone;
    }

    public static Backbone ImagesOnly()
    {
        var backbone = new Backbone(s_config with { Name = "toy ViT", Text = null, EmbedDimension = null });
        backbone.Initialize(7);
        return backbone;
    }

    public static Tensor Images(int size)
    {
        using var random = new Generator(1);
        return randn([4, 3, size, size], generator: random);
    }

    /// <summary>Five texts of different lengths: start 38, end 39, then zeros.</summary>
    public static Tensor Texts()
    {
        long[,] ids = new long[5, 12];
        for (int text = 0; text < 5; text++)
        {
            ids[text, 0] = 38;
            for (int i = 0; i < 5 + text; i++)
                ids[text, 1 + i] = 1 + (7 * text + 3 * i) % 37;
            ids[text, 6 + text] = 39;
        }

        return tensor(ids);
    }

    /// <summary>CLIP's logits (4, 5) of the images against the texts.</summary>
    public static Tensor Logits(Backbone backbone)
    {
        using Tensor images = Images(backbone.Config.Image.ImageSize),
            texts = Texts();
        return backbone.Logits(backbone.ProjectImage(backbone.EncodeImage(images)), backbone.ProjectText(backbone.EncodeText(texts)));
    }
}
