using LiftPlus.Backbones.Families;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

/// <summary>
/// Reads the architecture in a weight file: sizes from its tensors, and from the description beside it what tensors do not show (heads,
/// activation, epsilon, preprocessing).
/// </summary>
internal sealed class BackboneDescription
{
    private const int UsualHeadWidth = 64;
    private readonly WeightSource _source;
    private readonly PublishedForm _form;
    private readonly BackboneFiles _files;
    private readonly BackboneLoadOptions _options;
    private readonly JsonFile? _file;
    private readonly DescriptionReader _reader;
    private readonly string _descriptionFile;

    /// <summary>Opens the descriptions of weights.</summary>
    /// <param name="source">The tensors of the network.</param>
    /// <param name="form">The form that they have.</param>
    /// <param name="files">Where they are.</param>
    /// <param name="options">What the caller knows.</param>
    /// <param name="isOpenClipTrunk">Whether it is a timm model inside an open_clip model, whose description rules.</param>
    public BackboneDescription(
        WeightSource source,
        PublishedForm form,
        BackboneFiles files,
        BackboneLoadOptions options,
        bool isOpenClipTrunk = false
    )
    {
        (_source, _form, _files, _options) = (source, form, files, options);
        _descriptionFile = isOpenClipTrunk ? OpenClip.ConfigFile : form.DescriptionFile;
        _file = form.DescribesItself ? null : files.Description(_descriptionFile);
        _reader = new DescriptionReader(
            new TensorSizes(source, form.Names),
            files,
            _file,
            isOpenClipTrunk ? WeightNaming.OpenAI : form.Naming,
            options.ImageSize is not null
        );
    }

    /// <summary>Gets the path of the main description; null if there is none.</summary>
    public string? Path => _form.DescribesItself ? _source.Path : _file?.Path;

    /// <summary>Gets what was assumed, overruled or unusual: whatever would change the numbers if it were wrong.</summary>
    public IReadOnlyList<string> Remarks => _reader.Remarks;

    /// <summary>Gets what the descriptions say about preparing images besides size, mean and deviation, as JSON by name.</summary>
    public IReadOnlyDictionary<string, string> ImageSettings => _reader.ImageSettings;

    /// <summary>Reads the architecture as the weights have it, without another image size that the options ask for.</summary>
    /// <exception cref="LiftPlusException">Tensors and description disagree, or neither says what is needed.</exception>
    public BackboneConfig Read()
    {
        if (_file is null && _form.NeedsDescription)
        {
            throw new LiftPlusException(
                $"{_source.Path}: weights with {_form.Names.Name} names need their {_descriptionFile} beside them "
                    + $"({System.IO.Path.Combine(_files.Folder, _descriptionFile)} is missing): "
                    + "the tensors do not show the number of heads."
            );
        }

        BackboneConfig found = ReadForm();
        BackboneConfig config = Overrule(found);
        CheckHeads("image", config.Image.HeadSplit, nameof(BackboneLoadOptions.ImageHeads));
        CheckHeads("text", config.Text is null ? null : (config.Text.Width, config.Text.Heads), nameof(BackboneLoadOptions.TextHeads));
        if (_reader.Problems.Count > 0)
            throw new LiftPlusException(Disagreement);
        Remark(found, config);
        return config with { Name = NameOf(config) };
    }

    // A description that names another model says more than the tensors that therefore do not fit.
    private BackboneConfig ReadForm()
    {
        try
        {
            return _form.Read(_reader);
        }
        catch (WeightFileException e) when (_reader.Problems.Count > 0)
        {
            throw new LiftPlusException(Disagreement, e);
        }
    }

    private string Disagreement =>
        $"{_source.Path}: the weights and their description do not agree. {string.Join(" ", _reader.Problems.Distinct())} "
        + "Put the description that belongs to the weights beside them.";

    private BackboneConfig Overrule(BackboneConfig found) =>
        found with
        {
            Image = found.Image.With(_options.ImageHeads, _options.Activation),
            Text = found.Text is null
                ? null
                : found.Text with
                {
                    Heads = _options.TextHeads ?? found.Text.Heads,
                    Activation = _options.Activation ?? found.Text.Activation,
                },
            Preprocess = found.Preprocess with
            {
                Squash = _options.SquashImages ?? found.Preprocess.Squash,
                Filter = _options.ResizeFilter ?? found.Preprocess.Filter,
            },
        };

    private void Remark(BackboneConfig found, BackboneConfig config)
    {
        Activation? image = found.Image.MlpActivation,
            text = found.Text?.Activation,
            any = image ?? text;
        bool isOpenAI = _source.Tensors.ContainsKey("input_resolution"); // only its own archives have it, and all are alike
        if (_file is null && !_form.DescribesItself && !isOpenAI)
        {
            List<string> assumed = any is null ? [] : [$"{_options.Activation ?? any}", HeadsOf(config)];
            if (_reader.AssumesPixels)
                assumed.Add(
                    $"the preprocessing of {_form.Names.Name} ({PixelReader.Describe(config.Preprocess.Mean, config.Preprocess.Std)}; "
                        + $"LiftPlus {found.Preprocess.Resizing})"
                );
            if (assumed.Count > 0)
                _reader.Remarks.Add($"There is no {_descriptionFile} beside the weights: {string.Join(", ", assumed)} are assumed.");
        }

        bool differ = image is not null && text is not null && text != image;
        if (_options.Activation is Activation wanted && any is not null && (wanted != any || differ))
        {
            string whose = Path is null ? $"{_form.Names.Name} weights usually have" : $"{Path} says";
            _reader.Remarks.Add($"The options' activation {wanted} is used instead of {any}, which {whose}.");
        }
        else if (_file is not null && any is not null && any != (_reader.UsualActivation ?? _form.UsualActivation))
        {
            _reader.Remarks.Add(
                $"{_file.Path} says {any}, where {_form.Names.Name} weights usually have "
                    + $"{_reader.UsualActivation ?? _form.UsualActivation}; {any} is used."
            );
        }

        if (config.Preprocess.Resizing != found.Preprocess.Resizing)
            _reader.Remarks.Add($"As the options ask, LiftPlus {config.Preprocess.Resizing}; without them it {found.Preprocess.Resizing}.");
        if (_options.Activation is null && differ)
            _reader.Remarks.Add($"The image tower has {image} and the text tower {text}; both are used as {_file?.Path} says.");
    }

    private static string HeadsOf(BackboneConfig config) =>
        config.Image.HeadSplit is (int width, int heads) && width != heads * UsualHeadWidth
            ? $"{heads} heads in the image tower"
            : $"heads of {UsualHeadWidth} entries";

    private static string NameOf(BackboneConfig config) =>
        KnownBackbones.All.FirstOrDefault(known => known.Image == config.Image && known.Text == config.Text)?.Name
        ?? $"{(config.Text is null ? "" : "CLIP ")}{config.Image.Summary}@{config.Image.ImageSize}px";

    private void CheckHeads(string tower, (int Width, int Heads)? split, string option)
    {
        if (split is not (int width, int heads))
            return;
        if (heads <= 0 || width % heads != 0)
        {
            _reader.Problems.Add(
                $"The {tower} tower is {width} wide, which cannot be split into {heads} heads; "
                    + $"set {nameof(BackboneLoadOptions)}.{option}."
            );
        }
        else if (heads == 1 && width > 64 && width % 64 != 0)
        {
            _reader.Problems.Add(
                $"The {tower} tower is {width} wide, which does not show its number of heads; set {nameof(BackboneLoadOptions)}.{option}."
            );
        }
    }
}
