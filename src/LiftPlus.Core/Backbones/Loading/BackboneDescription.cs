using System.Collections.Immutable;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>
/// The architecture in a weight file: sizes from its tensors, and from the description beside it what tensors cannot tell (heads,
/// activation, epsilon, preprocessing). Where both speak of the same size they must agree.
/// </summary>
internal sealed partial class BackboneDescription(WeightSource source, KeyMap map, BackboneFiles files, BackboneLoadOptions options)
{
    private readonly TensorSizes _sizes = new(source, map);
    private readonly List<string> _problems = [],
        _remarks = [];

    /// <summary>The main description that was found; null if there was none.</summary>
    public string? Path { get; private set; }

    /// <summary>What was assumed, overruled or unusual: whatever would change the numbers if it were wrong.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>The architecture as the weights have it; another image size that the options ask for is not in it.</summary>
    /// <exception cref="LiftPlusException">Tensors and description disagree, or neither says what is needed.</exception>
    public BackboneConfig Read()
    {
        string name = map == KeyMaps.OpenAIClip || map == KeyMaps.OpenAIClipResNet ? "open_clip_config.json" : "config.json";
        JsonFile? file = files.Description(name);
        Path = file?.Path;
        BackboneConfig found = map switch
        {
            _ when map == KeyMaps.OpenAIClip => OpenClip(file),
            _ when map == KeyMaps.OpenAIClipResNet => OpenClipResNet(file),
            _ when map == KeyMaps.TimmResNet => TimmResNet(file),
            _ when map == KeyMaps.TimmViT || map == KeyMaps.TimmSiglip => Timm(file),
            _ => Transformers(
                file
                    ?? throw new LiftPlusException(
                        $"{source.Path}: weights with {map.Name} names need their {name} beside them "
                            + $"({System.IO.Path.Combine(files.Folder, name)} is missing): the tensors do not tell the number of heads."
                    )
            ),
        };
        BackboneConfig config = Overrule(found);
        CheckHeads(config);
        if (_problems.Count > 0)
            throw new LiftPlusException(
                $"{source.Path}: the weights and their description do not agree. {string.Join(" ", _problems)} Put the description that belongs to the weights beside them."
            );
        Remark(found, file, name);
        return config with { Name = NameOf(config) };
    }

    // The size is the model's own: another one is resampled to.
    private PreprocessConfig Preprocess(
        ImageEncoderConfig image,
        float[]? mean,
        float[]? std,
        ImmutableArray<float> defaultMean,
        ImmutableArray<float> defaultStd
    )
    {
        if (std?.Any(value => value <= 0) == true)
            _problems.Add($"The preprocessing's deviations are {string.Join(", ", std)}; they are greater than 0.");
        return new PreprocessConfig
        {
            ImageSize = image.ImageSize,
            Mean = mean is null ? defaultMean : [.. mean],
            Std = std is null ? defaultStd : [.. std],
        };
    }

    private static BackboneConfig Assemble(
        ImageEncoderConfig image,
        TextTransformerConfig? text,
        int? embed,
        PreprocessConfig preprocess
    ) =>
        new()
        {
            Name = "",
            Image = image,
            Text = text,
            EmbedDimension = embed,
            Preprocess = preprocess,
        };

    private BackboneConfig Overrule(BackboneConfig found) =>
        found with
        {
            Image = found.Image switch
            {
                VisionTransformerConfig vision => vision with
                {
                    Heads = options.ImageHeads ?? vision.Heads,
                    Activation = options.Activation ?? vision.Activation,
                },
                ClipResNetConfig resNet => resNet with { Heads = options.ImageHeads ?? resNet.Heads },
                ImageEncoderConfig image => image,
            },
            Text = found.Text is null
                ? null
                : found.Text with
                {
                    Heads = options.TextHeads ?? found.Text.Heads,
                    Activation = options.Activation ?? found.Text.Activation,
                },
        };

    private void Remark(BackboneConfig found, JsonFile? file, string name)
    {
        Activation? image = (found.Image as VisionTransformerConfig)?.Activation,
            text = found.Text?.Activation,
            any = image ?? text;
        if (file is null && !source.Tensors.ContainsKey("input_resolution")) // only OpenAI's own archives, which all are alike, have that entry
        {
            _remarks.Add(
                $"There is no {name} beside the weights: {(any is null ? "" : $"{options.Activation ?? any}, heads of 64 entries and ")}the preprocessing of {map.Name} are assumed."
            );
        }

        if (
            options.Activation is Activation wanted
            && any is not null
            && (wanted != any || (image is not null && text is not null && text != image))
        )
            _remarks.Add(
                $"The options' activation {wanted} is used instead of {any}, which {(file is null ? $"{map.Name} weights usually have" : $"{file.Path} says")}."
            );
        else if (file is not null && any is not null && any != map.UsualActivation)
            _remarks.Add($"{file.Path} says {any}, where {map.Name} weights usually have {map.UsualActivation}; {any} is used.");
        if (options.Activation is null && image is not null && text is not null && image != text)
            _remarks.Add($"The image tower has {image} and the text tower {text}; both are used as {file?.Path} says.");
    }

    private static string NameOf(BackboneConfig config)
    {
        if (
            KnownBackbones.All.FirstOrDefault(known => known.Image == config.Image && known.Text == config.Text) is BackboneConfig published
        )
            return published.Name;
        string clip = config.Text is null ? "" : "CLIP ";
        return config.Image is VisionTransformerConfig image
            ? $"{clip}ViT {image.Width}x{image.Depth}/{image.PatchSize}@{image.ImageSize}px"
            : $"{clip}ResNet {config.Image.FeatureDimension}@{config.Image.ImageSize}px";
    }

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
            _problems.Add(
                $"The {tower} tower is {width} wide, which cannot be split into {heads} heads; give {nameof(BackboneLoadOptions)}.{option}."
            );
        else if (heads == 1 && width > 64 && width % 64 != 0)
            _problems.Add(
                $"The {tower} tower's heads cannot be told from its width of {width}; give {nameof(BackboneLoadOptions)}.{option}."
            );
    }

    private void Agree(JsonFile? file, string name, int actual)
    {
        if (file is not null && !file.IsList(name) && file.Size(name) is int said && said != actual)
            _problems.Add($"'{name}' is {said} in {file.Path}, but the tensors say {actual}.");
    }

    // The tensors tell the number of patches; an image may be a little larger than they are together.
    private VisionTransformerConfig WithImageSize(JsonFile? file, VisionTransformerConfig image, string name = "image_size")
    {
        if (file is null || file.IsList(name) || file.Size(name) is not int said)
            return image;
        if (said / image.PatchSize == image.ImageSize / image.PatchSize)
            return image with { ImageSize = said };
        _problems.Add($"'{name}' is {said} in {file.Path}, but the tensors say {image.ImageSize}.");
        return image;
    }

    private void Refuse(JsonFile? file, string name)
    {
        if (file?.Text(name) is string value)
            _problems.Add($"'{name}' is '{value}' in {file.Path}; such towers are not understood.");
    }

    private void RefuseFlag(JsonFile? file, string name)
    {
        if (file?.Flag(name) == true)
            _problems.Add($"'{name}' is true in {file.Path}; such towers are not understood.");
    }

    private void RequireText(JsonFile? file, string name, string only)
    {
        if (file?.Text(name) is string value && value != only)
            _problems.Add($"'{name}' is '{value}' in {file.Path}; only '{only}' is understood.");
    }
}
