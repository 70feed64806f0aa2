using System.Collections.Immutable;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

// transformers leaves out of a configuration what equals its defaults, so these are its own.
internal sealed partial class BackboneDescription
{
    private BackboneConfig Transformers(JsonFile config)
    {
        JsonFile vision = config.Section("vision_config") ?? config; // a tower saved alone has the whole file to itself
        if (map == KeyMaps.HuggingFaceClip)
            return HuggingFaceClip(config);
        if (map == KeyMaps.HuggingFaceClipVision)
            return ImageOnly(Transformers(vision, "quick_gelu", eps: 1e-5), PreprocessConfig.ClipMean, PreprocessConfig.ClipStd);
        if (map == KeyMaps.HuggingFaceSiglip)
            return ImageOnly(Transformers(vision, "gelu_pytorch_tanh", eps: 1e-6), PreprocessConfig.Half, PreprocessConfig.Half);
        RefuseFlag(config, "use_swiglu_ffn");
        return map == KeyMaps.HuggingFaceDinov2
            ? ImageOnly(Transformers(config, "gelu", eps: 1e-6), PreprocessConfig.ImageNetMean, PreprocessConfig.ImageNetStd)
            : ImageOnly(Transformers(config, "gelu", eps: 1e-12), PreprocessConfig.Half, PreprocessConfig.Half);
    }

    private BackboneConfig HuggingFaceClip(JsonFile config)
    {
        JsonFile? words = config.Section("text_config");
        int embed = _sizes.EmbedDimension();
        Agree(config, "projection_dim", embed);
        VisionTransformerConfig image = Transformers(config.Section("vision_config"), "quick_gelu", eps: 1e-5);
        TextTransformerConfig text = _sizes.TextTransformer();
        Agree(words, "hidden_size", text.Width);
        Agree(words, "num_hidden_layers", text.Depth);
        Agree(words, "intermediate_size", text.HiddenSize);
        Agree(words, "vocab_size", text.VocabularySize);
        Agree(words, "max_position_embeddings", text.ContextLength);
        text = text with
        {
            Heads = words?.Size("num_attention_heads") ?? 8,
            Activation = ActivationOf(words?.Text("hidden_act") ?? "quick_gelu", words ?? config),
            LayerNormEps = words?.Number("layer_norm_eps") ?? 1e-5,
        };
        return Assemble(image, text, embed, TransformersPreprocess(image, PreprocessConfig.ClipMean, PreprocessConfig.ClipStd));
    }

    private BackboneConfig ImageOnly(VisionTransformerConfig image, ImmutableArray<float> mean, ImmutableArray<float> std) =>
        Assemble(image, null, null, TransformersPreprocess(image, mean, std));

    private VisionTransformerConfig Transformers(JsonFile? config, string activation, double eps)
    {
        VisionTransformerConfig image = _sizes.VisionTransformer();
        Agree(config, "hidden_size", image.Width);
        Agree(config, "num_hidden_layers", image.Depth);
        Agree(config, "intermediate_size", image.HiddenSize);
        Agree(config, "patch_size", image.PatchSize);
        Agree(config, "num_channels", image.Channels);
        return WithImageSize(config, image) with
        {
            Heads = config?.Size("num_attention_heads") ?? 12,
            Activation = ActivationOf(config?.Text("hidden_act") ?? activation, config),
            LayerNormEps = config?.Number("layer_norm_eps") ?? eps,
        };
    }

    private PreprocessConfig TransformersPreprocess(VisionTransformerConfig image, ImmutableArray<float> mean, ImmutableArray<float> std)
    {
        JsonFile? file = files.Description("preprocessor_config.json");
        if (
            options.ImageSize is null
            && file is not null
            && (file.Side("crop_size") ?? file.Side("size")) is int side
            && side != image.ImageSize
        )
        {
            _remarks.Add(
                $"{file.Path} cuts images to {side} pixels, but the position embedding is for {image.ImageSize}, which is used; "
                    + $"{nameof(BackboneLoadOptions)}.{nameof(BackboneLoadOptions.ImageSize)} = {side} would resample it."
            );
        }

        return Preprocess(image, file?.Channels("image_mean"), file?.Channels("image_std"), mean, std);
    }

    private static Activation ActivationOf(string name, JsonFile? place) =>
        name switch
        {
            "quick_gelu" or "quickgelu" => Activation.QuickGelu,
            "gelu" => Activation.Gelu,
            "gelu_new" or "gelu_pytorch_tanh" or "gelu_tanh" => Activation.GeluTanh,
            _ => throw new LiftPlusException(
                $"{place?.Path}: the activation '{name}' is none of quick_gelu, gelu, gelu_new, gelu_pytorch_tanh."
            ),
        };
}
