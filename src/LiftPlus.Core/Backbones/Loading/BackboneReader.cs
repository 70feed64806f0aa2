using System.Collections.Immutable;
using LiftPlus.Backbones.Families;
using LiftPlus.Layers;
using LiftPlus.Tokenization;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Backbones.Loading;

/// <summary>
/// Reads the files of a backbone: the architecture when it is opened, and the values afterwards, into a backbone or one tensor at a time.
/// Owns the open weight file.
/// </summary>
internal sealed class BackboneReader : IDisposable
{
    private readonly WeightSource _file;
    private readonly FoundNetwork _network;
    private readonly BackboneConfig _stored;
    private readonly Dictionary<string, (long[] Shape, ScalarType Type)> _tensors;
    private readonly Dictionary<string, KeyRow> _rows;

    private BackboneReader(BackboneFiles files, WeightSource file, BackboneLoadOptions options)
    {
        _file = file;
        _network = BackboneFamilies.Recognize(file, options.Network);
        (PublishedForm form, WeightSource source) = _network;
        BackboneDescription description = new(source, form, files, options, _network.IsOpenClipTrunk);
        _stored = description.Read();
        Config = ImageResize.To(_stored, options.ImageSize);
        _tensors = ExpectedTensors.From(_stored);
        _rows = WeightLoader.Check(_tensors, source, _network.Names).ToDictionary(row => row.Key);
        List<string> remarks = [.. Remarks(_network, file), .. description.Remarks];
        Tokenizer = Config.Text is null ? null : ReadVocabulary(Config, form, options, files.Folder, remarks);
        Origin = new BackboneOrigin
        {
            WeightsPath = Path.GetFullPath(file.Path),
            Format = file.Format,
            Naming = form.Names.Name,
            Prefix = _network.Prefix.Length == 0 ? null : _network.Prefix,
            Tensors =
                $"{file.Tensors.Count} tensors of "
                + string.Join(", ", file.Tensors.Values.Select(info => info.DataType).Distinct().Order()),
            DescriptionPath = description.Path,
            ResampledFrom = _stored == Config ? null : _stored.Image.ImageSize,
            Remarks = [.. remarks],
            ImageSettings = description.ImageSettings.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Options = options,
            Files = [.. file.Paths.Concat(files.Descriptions).Concat(Tokenizer?.Files ?? []).Select(Path.GetFullPath).Distinct()],
        };
    }

    /// <summary>Gets the architecture, for the image size that was asked for.</summary>
    public BackboneConfig Config { get; }

    /// <summary>Gets what was found.</summary>
    public BackboneOrigin Origin { get; }

    /// <summary>Gets the tokenizer of the text encoder; null without a text encoder or a vocabulary beside the weights.</summary>
    public TextTokenizer? Tokenizer { get; }

    /// <summary>Gets the names and shapes of the backbone's tensors.</summary>
    public IReadOnlyDictionary<string, (long[] Shape, ScalarType Type)> Tensors => ExpectedTensors.From(Config);

    /// <exception cref="LiftPlusException">The files are missing, damaged, unknown or incomplete.</exception>
    public static BackboneReader Open(string path, BackboneLoadOptions options)
    {
        BackboneFiles files = BackboneFiles.Find(path);
        WeightSource file = WeightFile.Open(files.Weights);
        try
        {
            return new BackboneReader(files, file, options);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Fills a backbone. Returns the SHA-256 of a position embedding that was resampled; otherwise null.</summary>
    public string? Fill(Backbone backbone)
    {
        PositionResampling way = Origin.Options.PositionResampling ?? _network.Form.Resampling;
        PositionEmbedding resampling = BackboneFamilies.Find(_stored)?.Resampling(_stored, way) ?? PositionEmbedding.Antialiased;
        return ImageResize.Load(backbone, _stored, _network.Source, _network.Names, resampling);
    }

    /// <summary>Passes on the values of one tensor in float32, as they are in the file: a position embedding is not resampled.</summary>
    public void Read(string name, Action<ReadOnlySpan<byte>> read)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        (long[] shape, ScalarType type) = _tensors[name];
        Tensor tensor = empty(shape, type);
        _rows[name].Fill(tensor, _network.Source);
        TensorBytes.Read(tensor, read, float32);
    }

    public void Dispose() => _file.Dispose();

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

    private static TextTokenizer? ReadVocabulary(
        BackboneConfig config,
        PublishedForm form,
        BackboneLoadOptions options,
        string beside,
        List<string> remarks
    )
    {
        TextTransformerConfig text = config.Text!;
        string folder = options.VocabularyFolder ?? beside;
        bool isSiglip = config.HasLogitBias;
        string? reason = isSiglip ? SiglipTokenizer.WhyUnusable(beside) : ClipVocabulary.WhyUnusable(beside);
        if (options.VocabularyFolder is null && reason is not null)
        {
            remarks.Add(
                $"{reason}, so the text encoder cannot be used: classifiers start from class means, not from class names. "
                    + $"Set {nameof(BackboneLoadOptions)}.{nameof(BackboneLoadOptions.VocabularyFolder)} to a folder with "
                    + $"{(isSiglip ? "the model's" : "CLIP's")}."
            );
            return null;
        }

        TextTokenizer tokenizer = isSiglip
            ? SiglipTokenizer.Load(folder, text.ContextLength, form.Naming == WeightNaming.OpenAI, options.TruncateTexts)
            : ClipTokenizer.Load(folder, text.ContextLength, options.TruncateTexts);
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
