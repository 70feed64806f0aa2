using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Telemetry;
using LiftPlus.Validation;
using Microsoft.Extensions.Logging;

namespace LiftPlus;

/// <summary>
/// Collects the parts of a recipe. <c>Use…</c> replaces, <c>Add…</c> accumulates; with no fine-tuning method added, the recipe's AdaptFormer
/// stays. <see cref="Build"/> works once and reports every error together. Not thread-safe.
/// </summary>
public sealed class LongTailFineTunerBuilder
{
    private FineTuningRecipe _recipe = new();
    private ImmutableArray<PeftOptions>? _peft;
    private FineTuningServices _services = new();
    private bool _built;

    internal LongTailFineTunerBuilder() { }

    /// <summary>Starts over from a whole recipe: a preset, or one read from a file.</summary>
    public LongTailFineTunerBuilder UseRecipe(FineTuningRecipe recipe)
    {
        _recipe = recipe.Backbone is null ? recipe with { Backbone = _recipe.Backbone, BackboneOptions = _recipe.BackboneOptions } : recipe;
        _peft = null;
        return this;
    }

    /// <summary>
    /// Takes the backbone from a Hugging Face folder or a weight file, or where there is none by that name, from the Hugging Face hub
    /// (<c>"openai/clip-vit-base-patch16"</c>, <c>"owner/name@revision"</c>; see <see cref="HuggingFaceHub"/>). It is fetched and read when training starts.
    /// </summary>
    /// <param name="path">The folder, file or hub id.</param>
    /// <param name="options">What the files leave open, or another image size.</param>
    public LongTailFineTunerBuilder UseBackbone(string path, BackboneLoadOptions? options = null)
    {
        _recipe = _recipe with { Backbone = path, BackboneOptions = options ?? new BackboneLoadOptions() };
        _services = _services with { CreateBackbone = null };
        return this;
    }

    /// <summary>Chooses where backbones are fetched from and kept; what the environment says by default (<see cref="HubOptions.FromEnvironment"/>).</summary>
    public LongTailFineTunerBuilder UseHub(HubOptions options)
    {
        _services = _services with { Hub = options };
        return this;
    }

    /// <summary>Takes a backbone that the caller makes. Each fit asks for a new one and owns it.</summary>
    public LongTailFineTunerBuilder UseBackbone(Func<Backbone> create)
    {
        _recipe = _recipe with { Backbone = null, BackboneOptions = new BackboneLoadOptions() };
        _services = _services with { CreateBackbone = create };
        return this;
    }

    /// <summary>Adds a fine-tuning method, built-in or your own. The first one added replaces the default AdaptFormer.</summary>
    public LongTailFineTunerBuilder AddPeft(PeftOptions options)
    {
        _peft = (_peft ?? []).Add(options);
        return this;
    }

    /// <summary>Removes every fine-tuning method, so that only the head is trained.</summary>
    public LongTailFineTunerBuilder UseClassifierOnly()
    {
        _peft = [];
        return this;
    }

    /// <summary>Chooses the head and where its first weights come from.</summary>
    public LongTailFineTunerBuilder UseClassifier(
        ClassifierOptions options,
        ClassifierInitialization initialization = ClassifierInitialization.Auto
    )
    {
        _recipe = _recipe with { Classifier = options, Initialization = initialization };
        return this;
    }

    /// <summary>Chooses the sentences that class names are put into; <c>{}</c> stands for the name.</summary>
    public LongTailFineTunerBuilder UsePromptTemplates(params IEnumerable<string> templates)
    {
        _recipe = _recipe with { PromptTemplates = [.. templates] };
        return this;
    }

    /// <summary>
    /// Describes single classes in words of your own, several texts for a class if you like; their features are averaged. Classes that are not listed keep
    /// the prompt templates.
    /// </summary>
    /// <param name="descriptions">Texts by class name, each with at least one; names are compared exactly, when training starts.</param>
    public LongTailFineTunerBuilder UseClassDescriptions(IReadOnlyDictionary<string, IReadOnlyList<string>> descriptions)
    {
        _recipe = _recipe with
        {
            ClassDescriptions = descriptions.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value.ToImmutableArray()),
        };
        return this;
    }

    /// <summary>Chooses the training loss.</summary>
    public LongTailFineTunerBuilder UseLoss(LossOptions options)
    {
        _recipe = _recipe with { Loss = options };
        return this;
    }

    /// <summary>Changes epochs, rates, batch size, seed and the like: <c>UseTraining(t =&gt; t with { Epochs = 10 })</c>.</summary>
    public LongTailFineTunerBuilder UseTraining(Func<TrainingOptions, TrainingOptions> change)
    {
        _recipe = _recipe with { Training = change(_recipe.Training) };
        return this;
    }

    /// <summary>Chooses which training images an epoch takes, and in which order; every image once, shuffled, is the default.</summary>
    public LongTailFineTunerBuilder UseSampler(SamplerOptions options)
    {
        _recipe = _recipe with { Sampler = options };
        return this;
    }

    /// <summary>Chooses how training images are varied.</summary>
    public LongTailFineTunerBuilder UseAugmentation(AugmentationOptions options)
    {
        _recipe = _recipe with { Augmentation = options };
        return this;
    }

    /// <summary>Changes how the trained model looks at an image.</summary>
    public LongTailFineTunerBuilder UseInference(Func<InferenceOptions, InferenceOptions> change)
    {
        _recipe = _recipe with { Inference = change(_recipe.Inference) };
        return this;
    }

    /// <summary>Chooses where to compute: "cpu", "cuda", "cuda:0", or "auto" (the first GPU, if there is one), the default.</summary>
    public LongTailFineTunerBuilder UseDevice(string device)
    {
        _services = _services with { Device = device };
        return this;
    }

    /// <summary>Chooses the image decoder; SkiaSharp's is the default.</summary>
    public LongTailFineTunerBuilder UseDecoder(IImageDecoder decoder)
    {
        _services = _services with { Decoder = decoder };
        return this;
    }

    /// <summary>Keeps decoded training images from one epoch to the next, in memory or in a file; for sets that fit. None by default.</summary>
    /// <param name="options">How much is kept, and where; null for 1 GiB in memory.</param>
    public LongTailFineTunerBuilder UseImageCache(ImageCacheOptions? options = null)
    {
        _services = _services with { ImageCache = options ?? new ImageCacheOptions() };
        return this;
    }

    /// <summary>Chooses where progress and warnings are logged; nowhere by default.</summary>
    public LongTailFineTunerBuilder UseLogger(ILogger logger)
    {
        _services = _services with { Logger = logger };
        return this;
    }

    /// <summary>Chooses the application's own meters (<see cref="LiftPlusTelemetry.MeterName"/>); the library makes one where it is not told.</summary>
    public LongTailFineTunerBuilder UseMetrics(IMeterFactory meters)
    {
        _services = _services with { Metrics = new TrainingMetrics(meters) };
        return this;
    }

    /// <summary>
    /// Leaves checkpoints of the run in a folder: at the ends of epochs, every 10 minutes unless said otherwise, and when it is cancelled. After a crash
    /// or a kill <see cref="LongTailFineTuner.Resume"/> goes on from the newest, to the same result bit for bit on the same machine. The best model by
    /// validation is kept there too, as <c>best</c>.
    /// </summary>
    /// <param name="folder">A folder for this run alone; made where it is missing.</param>
    /// <param name="options">When, and how many; null for the defaults.</param>
    public LongTailFineTunerBuilder UseCheckpoints(string folder, CheckpointOptions? options = null)
    {
        _services = _services with { CheckpointFolder = folder, Checkpoints = options ?? new CheckpointOptions() };
        return this;
    }

    /// <summary>
    /// Adds something that follows every run: each run makes its own, reports to it on the training thread after every step, and disposes it at the end if
    /// it can be. One that throws an <see cref="IOException"/> is dropped with a warning, and the run goes on.
    /// </summary>
    public LongTailFineTunerBuilder AddRecorder(Func<IProgress<TrainingProgress>> create)
    {
        _services = _services with { Recorders = _services.Recorders.Add(create) };
        return this;
    }

    /// <summary>Checks everything and returns the tuner.</summary>
    /// <exception cref="RecipeException">Errors, all at once.</exception>
    /// <exception cref="InvalidOperationException">Called twice.</exception>
    public LongTailFineTuner Build()
    {
        if (_built)
            throw new InvalidOperationException(
                "This builder has built its tuner already; start another with LongTailFineTuner.CreateBuilder()."
            );
        FineTuningRecipe recipe = _recipe with { Peft = _peft ?? _recipe.Peft };
        List<string> errors = [.. OptionsValidator.Errors(_services)];
        if (recipe.Backbone is null && _services.CreateBackbone is null)
            errors.Add("Backbone: the value is missing. Call UseBackbone with a Hugging Face folder or id, or a weight file.");
        RecipeValidator.ThrowIfInvalid(recipe, errors);
        _built = true;
        return new LongTailFineTuner(recipe, _services);
    }
}
