using System.Collections.Immutable;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

internal sealed partial class BackboneDescription
{
    private const int DefaultImageSize = 224;

    // timm's models whose heads are not 64 wide (width, heads): so400m, huge, giant, gigantic.
    private static readonly Dictionary<int, int> s_timmHeads = new()
    {
        [1152] = 16,
        [1280] = 16,
        [1408] = 16,
        [1664] = 16,
    };

    private BackboneConfig Timm(JsonFile? config)
    {
        VisionTransformerConfig image = _sizes.VisionTransformer();
        JsonFile? pretrained = config?.Section("pretrained_cfg"),
            arguments = config?.Section("model_args");
        RequireText(config, "global_pool", image.Pooling == TokenPooling.Attention ? "map" : "token");
        bool isClip = image.PreNorm,
            isQuick = config?.Text("architecture")?.Contains("quickgelu", StringComparison.Ordinal) ?? false;
        (ImmutableArray<float> mean, ImmutableArray<float> std) =
            isClip ? (PreprocessConfig.ClipMean, PreprocessConfig.ClipStd)
            : image.LayerScale ? (PreprocessConfig.ImageNetMean, PreprocessConfig.ImageNetStd)
            : (PreprocessConfig.Half, PreprocessConfig.Half);
        image = WithImageSize(arguments, image, "img_size") with
        {
            Heads = arguments?.Size("num_heads") ?? s_timmHeads.GetValueOrDefault(image.Width, image.Heads),
            Activation =
                arguments?.Text("act_layer") is string layer ? ActivationOf(layer, arguments)
                : isQuick ? Activation.QuickGelu
                : Activation.Gelu,
            LayerNormEps = isClip ? 1e-5 : 1e-6,
        };
        return Assemble(image, null, null, Preprocess(image, pretrained?.Channels("mean"), pretrained?.Channels("std"), mean, std));
    }

    private BackboneConfig TimmResNet(JsonFile? config)
    {
        JsonFile? pretrained = config?.Section("pretrained_cfg");
        RequireText(config, "global_pool", "avg");
        // Any size goes through the network, so only the description can tell: channels, height, width.
        float[] input = pretrained?.Channels("input_size") ?? [];
        int size =
            input is [_, float height, float width] && height == width && height is > 0 and < 1 << 20 ? (int)height : DefaultImageSize;
        ResNetConfig image = _sizes.ResNet(size);
        return Assemble(
            image,
            null,
            null,
            Preprocess(
                image,
                pretrained?.Channels("mean"),
                pretrained?.Channels("std"),
                PreprocessConfig.ImageNetMean,
                PreprocessConfig.ImageNetStd
            )
        );
    }
}
