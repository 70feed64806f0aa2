using System.Collections.Immutable;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Families;
using LiftPlus.Backbones.Loading;
using LiftPlus.Tokenization;
using LiftPlus.Validation;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

public sealed partial class Backbone
{
    /// <summary>Gets what was found when the weights were read; null for a backbone that was not loaded.</summary>
    public BackboneOrigin? Origin
    {
        get => Alive(field);
        private set;
    }

    /// <summary>Adds to the remarks of <see cref="Origin"/>, if there is one.</summary>
    internal void AddRemarks(IEnumerable<string> remarks)
    {
        if (Origin is not null)
            Origin = Origin with { Remarks = [.. Origin.Remarks, .. remarks] };
    }

    /// <summary>Gets the path that the weights were read from; null for a backbone that was not loaded.</summary>
    public string? WeightsPath => Origin?.WeightsPath;

    /// <summary>Gets the tokenizer of the text encoder; null without a text encoder or a vocabulary beside the weights.</summary>
    public ClipTokenizer? Tokenizer
    {
        get => Alive(field);
        private init;
    }

    /// <summary>Gets the tokenizer of the text encoder.</summary>
    /// <exception cref="LiftPlusException">The backbone has no text encoder or no vocabulary.</exception>
    public ClipTokenizer RequireTokenizer()
    {
        RequireText();
        return Tokenizer
            ?? throw new LiftPlusException(
                $"{Config.Name} has no vocabulary, so class names cannot be tokenized. "
                    + $"Put vocab.json and merges.txt, or tokenizer.json, beside {WeightsPath ?? "its weights"}, or set "
                    + $"{nameof(BackboneLoadOptions)}.{nameof(BackboneLoadOptions.VocabularyFolder)} to their folder."
            );
    }

    /// <summary>
    /// Loads a backbone: a Hugging Face folder (config.json, model.safetensors, preprocessor_config.json, tokenizer files), or a weight
    /// file (safetensors, .pt, .pth, .bin) with the names of OpenAI's CLIP, open_clip, timm, DINOv2 or transformers, known by its content.
    /// Every size is read from the file. All names and shapes are checked before memory is allocated, nothing in a file is ever executed,
    /// and memory holds only the model and one tensor at a time. The result is frozen, float32, on the CPU; <see cref="Origin"/> describes
    /// what was found.
    /// </summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="options">What the file leaves open, or another image size.</param>
    /// <exception cref="LiftPlusException">
    /// The options are invalid, the file does not exist, or the file is damaged or unknown (<see cref="WeightFileException"/>) or
    /// incomplete (<see cref="WeightMismatchException"/>).
    /// </exception>
    public static Backbone Load(string path, BackboneLoadOptions? options = null)
    {
        options ??= new BackboneLoadOptions();
        OptionsValidator.ThrowIfInvalid(options);
        BackboneFiles files = BackboneFiles.Find(path);
        using WeightSource file = WeightFile.Open(files.Weights);
        FoundNetwork network = BackboneFamilies.Recognize(file, options.Network);
        (PublishedForm form, WeightSource source) = network;
        BackboneDescription description = new(source, form, files, options, network.IsOpenClipTrunk);
        BackboneConfig stored = description.Read(),
            config = ImageResize.To(stored, options.ImageSize);
        WeightLoader.Check(ExpectedTensors.From(stored), source, form.Names);
        List<string> remarks = [.. Remarks(network, file), .. description.Remarks];
        ClipTokenizer? tokenizer = config.Text is null ? null : ReadVocabulary(config.Text, options, files.Folder, remarks);

        Backbone backbone = new(config)
        {
            Origin = Describe(file, network, description, stored == config ? null : stored.Image.ImageSize) with { Remarks = [.. remarks] },
            Tokenizer = tokenizer,
        };
        try
        {
            string? positions = ImageResize.Load(backbone, stored, source, form.Names);
            backbone.Origin = backbone.Origin with { PositionsSha256 = positions };
            return backbone;
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    /// <summary>Returns a frozen copy of a backbone that has nothing attached.</summary>
    internal Backbone Copy()
    {
        Backbone copy = new(Config) { Origin = Origin, Tokenizer = Tokenizer };
        using IDisposable noGrad = no_grad();
        Dictionary<string, Tensor> targets = copy.state_dict();
        foreach ((string name, Tensor values) in state_dict())
            targets[name].copy_(values);
        return copy;
    }

    private static BackboneOrigin Describe(WeightSource file, FoundNetwork network, BackboneDescription description, int? resampledFrom) =>
        new()
        {
            WeightsPath = Path.GetFullPath(file.Path),
            Format = file.Format,
            Naming = network.Form.Names.Name,
            Prefix = network.Prefix.Length == 0 ? null : network.Prefix,
            Tensors =
                $"{file.Tensors.Count} tensors of "
                + string.Join(", ", file.Tensors.Values.Select(info => info.DataType).Distinct().Order()),
            DescriptionPath = description.Path,
            ResampledFrom = resampledFrom,
            ImageSettings = description.ImageSettings.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };

    private static IEnumerable<string> Remarks(FoundNetwork network, WeightSource file)
    {
        if (network.Remark is not null)
            yield return network.Remark;
        if (network.IsOpenClipTrunk)
        {
            yield return $"Only the image tower of {file.Path} is read: the text tower of an open_clip model with a timm image tower is "
                + "not supported, so classifiers start from class means, not from class names.";
        }
    }

    private static ClipTokenizer? ReadVocabulary(
        TextTransformerConfig text,
        BackboneLoadOptions options,
        string beside,
        List<string> remarks
    )
    {
        string folder = options.VocabularyFolder ?? beside;
        if (options.VocabularyFolder is null && ClipVocabulary.WhyUnusable(beside) is string reason)
        {
            remarks.Add(
                $"{reason}, so the text encoder cannot be used: classifiers start from class means, not from class names. "
                    + $"Set {nameof(BackboneLoadOptions)}.{nameof(BackboneLoadOptions.VocabularyFolder)} to a folder with CLIP's."
            );
            return null;
        }

        ClipTokenizer tokenizer = ClipTokenizer.Load(folder, text.ContextLength, options.TruncateTexts);
        if (tokenizer.VocabularySize > text.VocabularySize)
        {
            throw new LiftPlusException(
                $"{folder}: the vocabulary has {tokenizer.VocabularySize} entries, but the text encoder embeds only "
                    + $"{text.VocabularySize}. Put the vocabulary that belongs to the weights beside them."
            );
        }

        return tokenizer;
    }
}
