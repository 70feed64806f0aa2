using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LiftPlus.Backbones;
using LiftPlus.Layers;
using LiftPlus.Models;
using LiftPlus.TestSupport;
using LiftPlus.Tokenization;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Exports.Tests;

/// <summary>Creates models of every backbone family in toy size, with random values everywhere.</summary>
internal static class ToyModels
{
    public static readonly string[] Classes = ["ant", "bee", "cat", "dog", "elk", "fox", "gnu"];

    private static readonly ClipTokenizer s_tokenizer = ClipTokenizer.Load(
        Repository.PathOf("samples", "assets", "tiny-clip"),
        contextLength: 24
    );

    private static readonly VisionTransformerConfig s_clip = new()
    {
        ImageSize = 24,
        PatchSize = 8,
        Width = 24,
        Depth = 3,
        Heads = 3,
        HiddenSize = 48,
    };

    private static readonly VisionTransformerConfig s_timm = s_clip with
    {
        ImageSize = 20, // two places a side and a rest
        Activation = Activation.Gelu,
        LayerNormEps = 1e-6,
        PreNorm = false,
        PatchBias = true,
    };

    public static readonly Dictionary<string, ImageEncoderConfig> Families = new()
    {
        ["CLIP"] = s_clip,
        ["ViT"] = s_timm,
        ["SigLIP"] = s_timm with { Pooling = TokenPooling.Attention, Activation = Activation.GeluTanh },
        ["DINOv2"] = s_timm with { LayerScale = true },
        ["DINOv2 with registers and gates"] = s_timm with { LayerScale = true, IsGated = true, Registers = 2 },
        ["DINOv3"] = s_timm with { LayerScale = true, Registers = 2, PositionRows = PositionRows.None, Rotary = RotaryKind.Dinov3 },
        ["EVA-02"] = s_timm with { IsGated = true, NormalizesHidden = true, NormalizesMixture = true, Rotary = RotaryKind.Eva },
        ["BEiT"] = s_timm with
        {
            PositionRows = PositionRows.None,
            HasRelativePositions = true,
            Pooling = TokenPooling.Mean,
            HasUnreadClassToken = true,
            NormalizesPooled = true,
        },
        ["BEiT, class token"] = s_timm with { PositionRows = PositionRows.None, HasRelativePositions = true },
        ["Perception Encoder"] = s_clip with
        {
            Pooling = TokenPooling.Attention,
            HasUnreadClassToken = true,
            Rotary = RotaryKind.PerceptionEncoder,
            PoolHeads = 4,
            PoolHiddenSize = 32,
        },
        ["Perception Encoder, no class token"] = s_clip with { Pooling = TokenPooling.Attention, Rotary = RotaryKind.PerceptionEncoder },
        ["ViT, mean"] = s_timm with { Pooling = TokenPooling.Mean, NormalizesQueries = true, Registers = 1 },
        ["CLIP, last token"] = s_clip,
        ["ConvNeXt"] = new ConvNextConfig
        {
            ImageSize = 64,
            Widths = [6, 8, 12, 16],
            Depths = new ResNetDepths(1, 2, 1, 1),
        },
        ["ResNet"] = new ResNetConfig
        {
            ImageSize = 40,
            StemWidth = 8,
            Width = 4,
            Depths = new ResNetDepths(2, 1, 1, 1),
        },
        ["basic ResNet"] = new ResNetConfig
        {
            ImageSize = 40,
            StemWidth = 8,
            Width = 8,
            Depths = new ResNetDepths(2, 1, 1, 3),
            Block = ResNetBlock.Basic,
        },
        ["antialiased ResNet"] = new ResNetConfig
        {
            ImageSize = 64,
            StemWidth = 8,
            Width = 4,
            Depths = new ResNetDepths(2, 1, 1, 1),
            Antialiasing = Antialiasing.Mean,
        },
        ["blurred ResNet"] = new ResNetConfig
        {
            ImageSize = 64,
            StemWidth = 8,
            Width = 4,
            Depths = new ResNetDepths(2, 1, 1, 1),
            Antialiasing = Antialiasing.Blur,
        },
        ["CLIP ResNet"] = new ClipResNetConfig
        {
            ImageSize = 32,
            Width = 4,
            Depths = new ResNetDepths(2, 1, 1, 1),
            Heads = 2,
            OutputDimension = 20,
        },
    };

    public static bool HasText(string family) => family.StartsWith("CLIP", StringComparison.Ordinal);

    public static bool IsResNet(string family) => Families[family] is not VisionTransformerConfig; // or ConvNeXt

    /// <summary>Creates a model whose trained values are away from their first ones, so that every part of a method matters.</summary>
    public static FineTunedModel Create(string family, PeftOptions? method = null, ClassifierOptions? head = null) =>
        Create(() => CreateBackbone(family), method is null ? [] : [method], head);

    public static FineTunedModel Create(Func<Backbone> createBackbone, ImmutableArray<PeftOptions> methods, ClassifierOptions? head = null)
    {
        FineTunedModel model = ModelFactory.Create(
            new FineTuningRecipe { Peft = methods, Classifier = head ?? new CosineClassifierOptions() },
            new ClassDistribution(Classes, [.. Enumerable.Range(1, Classes.Length)]),
            new ModelLoadOptions { CreateBackbone = createBackbone, Device = "cpu" },
            saved: null,
            NullLogger.Instance,
            CancellationToken.None
        );
        AddNoise(model.Backbone.parameters().Concat(model.Classifier.parameters()).Where(parameter => parameter.requires_grad), 5);
        return model;
    }

    public static Backbone CreateBackbone(string family, int? endToken = null)
    {
        var backbone = new Backbone(Config(family, endToken));
        backbone.Initialize(7);
        AddNoise(backbone.parameters().Where(parameter => parameter.dim() == 1), 8);
        using IDisposable noGrad = no_grad();
        using var random = new Generator(9);
        foreach (FreezableBatchNorm normalization in backbone.modules().OfType<FreezableBatchNorm>())
        {
            normalization.running_mean.normal_(0, 0.3, random);
            normalization.running_var.uniform_(0.5, 2, random);
        }

        if (HasText(family))
            SetTokenizer(backbone, s_tokenizer);
        backbone.eval();
        return backbone;
    }

    /// <summary>Creates images for a backbone, normalized.</summary>
    public static Tensor Images(Backbone backbone, int count)
    {
        using var random = new Generator(1);
        int side = backbone.Config.Image.ImageSize;
        return randn([count, 3, side, side], generator: random);
    }

    private static BackboneConfig Config(string family, int? endToken)
    {
        BackboneConfig config = new()
        {
            Name = $"toy {family}",
            Image = Families[family],
            Text = HasText(family)
                ? new TextTransformerConfig
                {
                    ContextLength = s_tokenizer.ContextLength,
                    VocabularySize = s_tokenizer.VocabularySize,
                    Width = 16,
                    Depth = 2,
                    Heads = 2,
                    HiddenSize = 32,
                    EndToken = endToken,
                }
                : null,
            EmbedDimension = HasText(family) ? 20 : null,
            Preprocess = new PreprocessConfig { ImageSize = Families[family].ImageSize },
        };
        return family != "CLIP, last token"
            ? config
            : config with
            {
                Text = config.Text! with { IsCausal = false, Pooling = TextPooling.Last },
                ImageProjection = ProjectionKind.Mlp,
                TextProjection = ProjectionKind.Linear,
                HasLogitBias = true,
            };
    }

    private static void AddNoise(IEnumerable<Parameter> parameters, ulong seed)
    {
        using IDisposable noGrad = no_grad();
        using var random = new Generator(seed);
        foreach (Parameter parameter in parameters)
        {
            using Tensor noise = empty(parameter.shape).normal_(0, 0.1, random);
            TensorMath.Add_(parameter, noise);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Tokenizer")]
    private static extern void SetTokenizer(Backbone backbone, TextTokenizer tokenizer);
}
