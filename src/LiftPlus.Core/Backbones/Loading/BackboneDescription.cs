using System.Collections.Immutable;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>
/// The architecture in a weight file: sizes from its tensors, and from the description beside it what tensors cannot tell (heads,
/// activation, epsilon, preprocessing). Where both speak of the same size they must agree.
/// </summary>
internal sealed partial class BackboneDescription(WeightSource source, KeyMap map, BackboneFiles files, BackboneLoadOptions options)
{
    // timm's models whose heads are not 64 wide (width, heads): so400m, huge, giant, gigantic.
    private static readonly Dictionary<int, int> s_timmHeads = new() { [1152] = 16, [1280] = 16, [1408] = 16, [1664] = 16 };

    private readonly TensorSizes _sizes = new(source, map);
    private readonly List<string> _problems = [];

    /// <exception cref="LiftPlusException">Tensors and description disagree, or neither says what is needed.</exception>
    public BackboneConfig Read()
    {
        BackboneConfig config = map switch
        {
            _ when map == KeyMaps.OpenAIClip => OpenClip(files.Description("open_clip_config.json")),
            _ when map == KeyMaps.HuggingFaceClip => HuggingFaceClip(RequiredConfig()),
            _ when map == KeyMaps.OpenAIClipResNet => OpenClipResNet(files.Description("open_clip_config.json")),
            _ when map == KeyMaps.TimmResNet => TimmResNet(files.Description("config.json")),
            _ when map == KeyMaps.TimmViT => Timm(files.Description("config.json")),
            _ => HuggingFaceViT(RequiredConfig()),
        };
        CheckHeads(config);
        if (_problems.Count > 0)
            throw new LiftPlusException($"{source.Path}: the weights and their description do not agree. {string.Join(" ", _problems)} Put the description that belongs to the weights beside them.");
        return config with { Name = NameOf(config) };
    }

    // OpenAI's own files have no description: quick-GELU, heads 64 wide. open_clip says when that differs, and means GELU unless it says so.
    private BackboneConfig OpenClip(JsonFile? file)
    {
        VisionTransformerConfig image = _sizes.VisionTransformer();
        TextTransformerConfig text = _sizes.TextTransformer();
        int embed = _sizes.EmbedDimension();
        JsonFile? model = file?.Section("model_cfg") ?? file, vision = model?.Section("vision_cfg"), words = model?.Section("text_cfg");
        if (model is not null)
        {
            Agree(model, "embed_dim", embed);
            Agree(vision, "image_size", image.ImageSize);
            Agree(vision, "patch_size", image.PatchSize);
            Agree(vision, "width", image.Width);
            Agree(vision, "layers", image.Depth);
            Refuse(vision, "timm_model_name");
            RequireText(vision, "pool_type", "tok");
            bool quick = model.Flag("quick_gelu") ?? false;
            image = image with
            {
                Heads = vision?.Size("head_width") is int headWidth ? Math.Max(1, image.Width / headWidth) : image.Heads,
                Activation = OpenClipActivation(quick, vision),
                LayerNormEps = vision?.Section("norm_kwargs")?.Number("eps") ?? image.LayerNormEps,
            };
            text = OpenClipText(words, text, quick);
        }

        return Assemble(image, text, embed, OpenClipPreprocess(file, image));
    }

    private TextTransformerConfig OpenClipText(JsonFile? words, TextTransformerConfig text, bool quick)
    {
        Agree(words, "context_length", text.ContextLength);
        Agree(words, "vocab_size", text.VocabularySize);
        Agree(words, "width", text.Width);
        Agree(words, "layers", text.Depth);
        Refuse(words, "hf_model_name");
        RequireText(words, "pool_type", "argmax");
        return text with
        {
            Heads = words?.Size("heads") ?? 8,
            Activation = OpenClipActivation(quick, words),
            LayerNormEps = words?.Section("norm_kwargs")?.Number("eps") ?? text.LayerNormEps,
        };
    }

    private PreprocessConfig OpenClipPreprocess(JsonFile? file, ImageEncoderConfig image)
    {
        JsonFile? preprocess = file?.Section("preprocess_cfg");
        return Preprocess(image, preprocess?.Channels("mean"), preprocess?.Channels("std"), PreprocessConfig.ClipMean, PreprocessConfig.ClipStd);
    }

    private BackboneConfig HuggingFaceClip(JsonFile config)
    {
        JsonFile? vision = config.Section("vision_config"), words = config.Section("text_config");
        int embed = _sizes.EmbedDimension();
        Agree(config, "projection_dim", embed);
        VisionTransformerConfig image = Transformers(vision, _sizes.VisionTransformer(), "quick_gelu", eps: 1e-5);
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

    private BackboneConfig HuggingFaceViT(JsonFile config)
    {
        VisionTransformerConfig image = Transformers(config, _sizes.VisionTransformer(), "gelu", eps: 1e-12);
        return Assemble(image, null, null, TransformersPreprocess(image, PreprocessConfig.Half, PreprocessConfig.Half));
    }

    private BackboneConfig Timm(JsonFile? config)
    {
        VisionTransformerConfig image = _sizes.VisionTransformer();
        JsonFile? pretrained = config?.Section("pretrained_cfg"), arguments = config?.Section("model_args");
        RequireText(config, "global_pool", "token");
        bool isClip = image.PreNorm, isQuick = config?.Text("architecture")?.Contains("quickgelu", StringComparison.Ordinal) ?? false;
        int heads = arguments?.Size("num_heads") ?? s_timmHeads.GetValueOrDefault(image.Width, image.Heads);
        image = image with { Heads = heads, Activation = isQuick ? Activation.QuickGelu : Activation.Gelu, LayerNormEps = isClip ? 1e-5 : 1e-6 };
        return Assemble(image, null, null, Preprocess(image, pretrained?.Channels("mean"), pretrained?.Channels("std"),
            isClip ? PreprocessConfig.ClipMean : PreprocessConfig.Half, isClip ? PreprocessConfig.ClipStd : PreprocessConfig.Half));
    }

    // transformers leaves out of a configuration what equals its defaults.
    private VisionTransformerConfig Transformers(JsonFile? config, VisionTransformerConfig image, string activation, double eps)
    {
        Agree(config, "hidden_size", image.Width);
        Agree(config, "num_hidden_layers", image.Depth);
        Agree(config, "intermediate_size", image.HiddenSize);
        Agree(config, "image_size", image.ImageSize);
        Agree(config, "patch_size", image.PatchSize);
        Agree(config, "num_channels", image.Channels);
        return image with
        {
            Heads = config?.Size("num_attention_heads") ?? 12,
            Activation = ActivationOf(config?.Text("hidden_act") ?? activation, config),
            LayerNormEps = config?.Number("layer_norm_eps") ?? eps,
        };
    }

    private PreprocessConfig TransformersPreprocess(VisionTransformerConfig image, ImmutableArray<float> mean, ImmutableArray<float> std)
    {
        JsonFile? file = files.Description("preprocessor_config.json");
        return Preprocess(image, file?.Channels("image_mean"), file?.Channels("image_std"), mean, std);
    }

    // The size is the model's own: its position embedding takes no other.
    private PreprocessConfig Preprocess(ImageEncoderConfig image, float[]? mean, float[]? std, ImmutableArray<float> defaultMean, ImmutableArray<float> defaultStd)
    {
        if (std?.Any(value => value <= 0) == true)
            _problems.Add($"The preprocessing's deviations are {string.Join(", ", std)}; they are greater than 0.");
        return new PreprocessConfig { ImageSize = image.ImageSize, Mean = mean is null ? defaultMean : [.. mean], Std = std is null ? defaultStd : [.. std] };
    }

    private BackboneConfig Assemble(ImageEncoderConfig image, TextTransformerConfig? text, int? embed, PreprocessConfig preprocess) => new()
    {
        Name = "",
        Image = image switch
        {
            VisionTransformerConfig vision => vision with { Heads = options.ImageHeads ?? vision.Heads, Activation = options.Activation ?? vision.Activation },
            ClipResNetConfig resNet => resNet with { Heads = options.ImageHeads ?? resNet.Heads },
            _ => image,
        },
        Text = text is null ? null : text with { Heads = options.TextHeads ?? text.Heads, Activation = options.Activation ?? text.Activation },
        EmbedDimension = embed,
        Preprocess = preprocess,
    };

    private static string NameOf(BackboneConfig config)
    {
        if (KnownBackbones.All.FirstOrDefault(known => known.Image == config.Image && known.Text == config.Text) is BackboneConfig published)
            return published.Name;
        string clip = config.Text is null ? "" : "CLIP ";
        return config.Image is VisionTransformerConfig image
            ? $"{clip}ViT {image.Width}x{image.Depth}/{image.PatchSize}@{image.ImageSize}px"
            : $"{clip}ResNet {config.Image.FeatureDimension}@{config.Image.ImageSize}px";
    }

    private JsonFile RequiredConfig() => files.Description("config.json") ?? throw new LiftPlusException(
        $"{source.Path}: weights with {map.Name} names need their config.json beside them ({Path.Combine(files.Folder, "config.json")} is missing): the tensors do not tell the number of heads.");

    private Activation ActivationOf(string name, JsonFile? place) => name switch
    {
        "quick_gelu" => Activation.QuickGelu,
        "gelu" => Activation.Gelu,
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_tanh" => Activation.GeluTanh,
        _ => throw new LiftPlusException($"{place?.Path}: the activation '{name}' is none of quick_gelu, gelu, gelu_new, gelu_pytorch_tanh."),
    };

    private static Activation OpenClipActivation(bool quick, JsonFile? tower) =>
        quick ? Activation.QuickGelu : tower?.Section("act_kwargs")?.Text("approximate") == "tanh" ? Activation.GeluTanh : Activation.Gelu;

    private void CheckHeads(BackboneConfig config)
    {
        if (config.Image is VisionTransformerConfig image)
            CheckHeads("image", image.Width, image.Heads, nameof(BackboneLoadOptions.ImageHeads));
        else if (config.Image is ClipResNetConfig resNet)
            CheckHeads("image", 32 * resNet.Width, resNet.Heads, nameof(BackboneLoadOptions.ImageHeads));
        if (config.Text is TextTransformerConfig text)
            CheckHeads("text", text.Width, text.Heads, nameof(BackboneLoadOptions.TextHeads));
    }

    private void CheckHeads(string tower, int width, int heads, string option)
    {
        if (heads <= 0 || width % heads != 0)
            _problems.Add($"The {tower} tower is {width} wide, which cannot be split into {heads} heads; give {nameof(BackboneLoadOptions)}.{option}.");
        else if (heads == 1 && width > 64 && width % 64 != 0)
            _problems.Add($"The {tower} tower's heads cannot be told from its width of {width}; give {nameof(BackboneLoadOptions)}.{option}.");
    }

    private void Agree(JsonFile? file, string name, int actual)
    {
        if (file is not null && !file.IsList(name) && file.Size(name) is int said && said != actual)
            _problems.Add($"'{name}' is {said} in {file.Path}, but the tensors say {actual}.");
    }

    private void Refuse(JsonFile? file, string name)
    {
        if (file?.Text(name) is string value)
            _problems.Add($"'{name}' is '{value}' in {file.Path}; such towers are not understood.");
    }

    private void RequireText(JsonFile? file, string name, string only)
    {
        if (file?.Text(name) is string value && value != only)
            _problems.Add($"'{name}' is '{value}' in {file.Path}; only '{only}' is understood.");
    }
}
