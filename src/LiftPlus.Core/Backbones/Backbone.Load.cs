using LiftPlus.Backbones.Loading;
using LiftPlus.Tokenization;
using LiftPlus.Validation;
using LiftPlus.Weights;
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
    public TextTokenizer? Tokenizer
    {
        get => Alive(field);
        private init;
    }

    /// <summary>Gets the tokenizer of the text encoder.</summary>
    /// <exception cref="LiftPlusException">The backbone has no text encoder or no vocabulary.</exception>
    public TextTokenizer RequireTokenizer()
    {
        RequireText();
        return Tokenizer
            ?? throw new LiftPlusException(
                $"{Config.Name} has no vocabulary, so class names cannot be tokenized. "
                    + $"Put {(Config.HasLogitBias ? "spiece.model, tokenizer.model" : "vocab.json and merges.txt")}, or tokenizer.json, "
                    + $"beside {WeightsPath ?? "its weights"}, or set "
                    + $"{nameof(BackboneLoadOptions)}.{nameof(BackboneLoadOptions.VocabularyFolder)} to their folder."
            );
    }

    /// <summary>
    /// Loads a backbone: a Hugging Face folder (config.json, model.safetensors, preprocessor_config.json, tokenizer files), or a weight
    /// file (safetensors, .pt, .pth, .bin) with the names of OpenAI's CLIP, open_clip, timm, DINOv2 or transformers, known by its content.
    /// The image tower is also read from an ONNX file of <c>OnnxExport</c>.
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
    public static Backbone Load(string path, BackboneLoadOptions? options = null) => LoadAs(path, options, prepare: null);

    /// <summary>Loads a backbone into tensors of other types than float32.</summary>
    /// <inheritdoc cref="Load"/>
    /// <param name="path">The folder or file.</param>
    /// <param name="options">What the file leaves open, or another image size.</param>
    /// <param name="prepare">
    /// Called with the files and with the backbone, which has no values yet, to choose the types; null for float32.
    /// </param>
    internal static Backbone LoadAs(string path, BackboneLoadOptions? options, Action<Backbone, BackboneReader>? prepare)
    {
        options ??= new BackboneLoadOptions();
        OptionsValidator.ThrowIfInvalid(options);
        using BackboneReader reader = BackboneReader.Open(path, options);
        Backbone backbone = new(reader.Config) { Origin = reader.Origin, Tokenizer = reader.Tokenizer };
        try
        {
            prepare?.Invoke(backbone, reader);
            backbone.Origin = backbone.Origin with { PositionsSha256 = reader.Fill(backbone) };
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
}
