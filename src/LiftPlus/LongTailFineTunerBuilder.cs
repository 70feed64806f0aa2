using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.Processes;
using LiftPlus.Recipe;
using LiftPlus.Runs;
using LiftPlus.Telemetry;
using LiftPlus.Training;
using LiftPlus.Validation;
using Microsoft.Extensions.Logging;

namespace LiftPlus;

/// <summary>
/// Collects the parts of a recipe. <c>Use…</c> replaces a part, <c>Add…</c> adds one more. The calls change the recipe of
/// <see cref="UseRecipe"/> wherever it stands among them. Not thread-safe.
/// </summary>
public sealed class LongTailFineTunerBuilder
{
    private readonly List<Func<FineTuningRecipe, FineTuningRecipe>> _changes = [];
    private FineTuningRecipe? _start;
    private ImmutableArray<PeftOptions>? _peft;
    private FineTuningServices _services = new();
    private IReadOnlyList<string> _descriptionErrors = [];
    private bool _built;

    internal LongTailFineTunerBuilder() { }

    /// <summary>Starts from a fine-tuner. A recipe without a backbone has its backbone.</summary>
    internal LongTailFineTunerBuilder(LongTailFineTuner tuner)
    {
        (_start, _services) = (tuner.Recipe, tuner.Services);
        Change(recipe =>
            recipe.Backbone is null
                ? recipe with
                {
                    Backbone = tuner.Recipe.Backbone,
                    BackboneOptions = tuner.Recipe.BackboneOptions,
                }
                : recipe
        );
    }

    /// <summary>
    /// Sets the recipe that all other calls change, such as a preset or one read from a file. The order does not matter:
    /// <c>AddLora().UseRecipe(recipe)</c> is the recipe with LoRA.
    /// </summary>
    public LongTailFineTunerBuilder UseRecipe(FineTuningRecipe recipe)
    {
        _start = recipe;
        return this;
    }

    /// <summary>
    /// Takes the backbone from a Hugging Face folder or a weight file. If neither exists under that name, it is downloaded from the Hugging
    /// Face hub when training starts (<c>"openai/clip-vit-base-patch16"</c>, <c>"owner/name@revision"</c>; see
    /// <see cref="HuggingFaceHub"/>).
    /// </summary>
    /// <param name="path">The folder, file or hub id.</param>
    /// <param name="options">Settings that the files do not record, or another image size.</param>
    public LongTailFineTunerBuilder UseBackbone(string path, BackboneLoadOptions? options = null)
    {
        _services = _services with { CreateBackbone = null };
        return Change(recipe => recipe with { Backbone = path, BackboneOptions = options ?? new BackboneLoadOptions() });
    }

    /// <summary>Takes a backbone that the caller creates. Each run asks for a new one and owns it.</summary>
    public LongTailFineTunerBuilder UseBackbone(Func<Backbone> create)
    {
        _services = _services with { CreateBackbone = create };
        return Change(recipe => recipe with { Backbone = null, BackboneOptions = new BackboneLoadOptions() });
    }

    /// <summary>
    /// Starts every run from a fine-tuned model, to train on with new data or for longer. The recipe is the model's, unless
    /// <see cref="UseRecipe"/> sets another one; backbone, methods and classifier must be the model's. Classes are matched by name: those
    /// that the model knows start from its rows, new ones as in a first training, and those that the data lack are dropped.
    /// </summary>
    /// <param name="folder">
    /// The folder of the model. It is read now and at the start of every run. If the model has components of your own, load it with
    /// <see cref="ModelLoadOptions.Components"/> and give the model.
    /// </param>
    /// <exception cref="LiftPlusException">The folder holds no model.</exception>
    public LongTailFineTunerBuilder UseInitialModel(string folder)
    {
        _services = _services with { Initial = InitialModel.From(folder) };
        return this;
    }

    /// <inheritdoc cref="UseInitialModel(string)"/>
    /// <param name="model">The model. It is not changed, and must not be disposed before the run has started.</param>
    public LongTailFineTunerBuilder UseInitialModel(FineTunedModel model)
    {
        _services = _services with { Initial = InitialModel.From(model) };
        return this;
    }

    /// <summary>
    /// Sets where backbones are downloaded from and kept. The default is the settings from environment variables
    /// (<see cref="HubOptions.FromEnvironment"/>).
    /// </summary>
    public LongTailFineTunerBuilder UseHub(HubOptions options)
    {
        _services = _services with { Hub = options };
        return this;
    }

    /// <summary>Adds a fine-tuning method, built-in or your own. The first one replaces the methods of the recipe.</summary>
    public LongTailFineTunerBuilder AddPeft(PeftOptions options)
    {
        _peft = (_peft ?? []).Add(options);
        return this;
    }

    /// <summary>Removes every fine-tuning method, so that only the classifier is trained.</summary>
    public LongTailFineTunerBuilder UseClassifierOnly()
    {
        _peft = [];
        return this;
    }

    /// <summary>Sets the classifier and the source of its initial weights.</summary>
    public LongTailFineTunerBuilder UseClassifier(
        ClassifierOptions options,
        ClassifierInitialization initialization = ClassifierInitialization.Auto
    ) => Change(recipe => recipe with { Classifier = options, Initialization = initialization });

    /// <summary>Sets the sentences that class names are put into; <c>{}</c> is the place of the name.</summary>
    public LongTailFineTunerBuilder UsePromptTemplates(params IEnumerable<string> templates)
    {
        ImmutableArray<string> all = [.. templates];
        return Change(recipe => recipe with { PromptTemplates = all });
    }

    /// <summary>
    /// Describes classes by texts of your own, one or more for a class; the features of several are averaged. Classes that are not listed
    /// keep the prompt templates.
    /// </summary>
    /// <param name="descriptions">
    /// Texts by class name, such as a <c>Dictionary&lt;string, string[]&gt;</c> or a <c>Dictionary&lt;string, List&lt;string&gt;&gt;</c>.
    /// Each class is listed once. Names are checked when training starts; '_' equals a space.
    /// </param>
    public LongTailFineTunerBuilder UseClassDescriptions<TTexts>(IEnumerable<KeyValuePair<string, TTexts>> descriptions)
        where TTexts : IEnumerable<string>
    {
        ImmutableSortedDictionary<string, ImmutableArray<string>> all = DescribedClasses.From(descriptions, out _descriptionErrors);
        return Change(recipe => recipe with { ClassDescriptions = all });
    }

    /// <summary>
    /// Describes classes by one text of your own each. Classes that are not listed keep the prompt templates.
    /// </summary>
    /// <param name="descriptions">Text by class name. Names are checked when training starts; '_' equals a space.</param>
    public LongTailFineTunerBuilder UseClassDescriptions(IEnumerable<KeyValuePair<string, string>> descriptions) =>
        UseClassDescriptions(descriptions.Select(entry => KeyValuePair.Create(entry.Key, ImmutableArray.Create(entry.Value))));

    /// <summary>Sets the training loss.</summary>
    public LongTailFineTunerBuilder UseLoss(LossOptions options) => Change(recipe => recipe with { Loss = options });

    /// <summary>
    /// Changes epochs, rates, batch size, seed and other training settings: <c>UseTraining(t =&gt; t with { Epochs = 10 })</c>.
    /// </summary>
    public LongTailFineTunerBuilder UseTraining(Func<TrainingOptions, TrainingOptions> change) =>
        Change(recipe => recipe with { Training = change(recipe.Training) });

    /// <summary>Sets which training images an epoch takes, and in which order. The default takes every image once, shuffled.</summary>
    public LongTailFineTunerBuilder UseSampler(SamplerOptions options) => Change(recipe => recipe with { Sampler = options });

    /// <summary>Sets how training images are varied.</summary>
    public LongTailFineTunerBuilder UseAugmentation(AugmentationOptions options) =>
        Change(recipe => recipe with { Augmentation = options });

    /// <summary>Changes how images are prepared for the trained model.</summary>
    public LongTailFineTunerBuilder UseInference(Func<InferenceOptions, InferenceOptions> change) =>
        Change(recipe => recipe with { Inference = change(recipe.Inference) });

    /// <summary>Sets the device: "cpu", "cuda", "cuda:0", or "auto" (the first GPU, if there is one), which is the default.</summary>
    public LongTailFineTunerBuilder UseDevice(string device)
    {
        _services = _services with { Device = device };
        return this;
    }

    /// <summary>Sets the image decoder. The default is SkiaSharp's.</summary>
    public LongTailFineTunerBuilder UseDecoder(IImageDecoder decoder)
    {
        _services = _services with { Decoder = decoder };
        return this;
    }

    /// <summary>
    /// Keeps decoded training images from one epoch to the next, in memory or in a file, as far as they fit. There is no cache by default.
    /// </summary>
    /// <param name="options">How much is kept, and where; null for 1 GiB in memory.</param>
    public LongTailFineTunerBuilder UseImageCache(ImageCacheOptions? options = null)
    {
        _services = _services with { ImageCache = options ?? new ImageCacheOptions() };
        return this;
    }

    /// <summary>Sets the logger of progress and warnings. Nothing is logged by default.</summary>
    public LongTailFineTunerBuilder UseLogger(ILogger logger)
    {
        _services = _services with { Logger = logger };
        return this;
    }

    /// <summary>
    /// Sets the application's factory of meters (<see cref="LiftPlusTelemetry.MeterName"/>). The default is a meter of the library.
    /// </summary>
    public LongTailFineTunerBuilder UseMetrics(IMeterFactory meters)
    {
        _services = _services with { Metrics = new TrainingMetrics(meters) };
        return this;
    }

    /// <summary>
    /// Writes checkpoints of the run to a folder: after epochs, every 10 minutes, and on cancellation. After a crash,
    /// <see cref="LongTailFineTuner.Resume"/> continues from the newest, with a result that is identical bit for bit on the same machine
    /// with the same number of threads. Each checkpoint also holds the best model by validation so far;
    /// <see cref="FineTunedModel.LoadCheckpoint"/> gives the model of an unfinished run.
    /// </summary>
    /// <param name="folder">A folder for this run alone; created if it is missing.</param>
    /// <param name="options">When to write, and how many to keep; null for the defaults.</param>
    public LongTailFineTunerBuilder UseCheckpoints(string folder, CheckpointOptions? options = null)
    {
        _services = _services with { CheckpointFolder = folder, Checkpoints = options ?? new CheckpointOptions() };
        return this;
    }

    /// <summary>
    /// Adds an observer of every run. Each run creates its own, reports to it on the training thread after every step, and disposes it at
    /// the end if it is disposable. An observer that throws anything, when it is created, called or disposed, is dropped with a warning,
    /// and the run continues.
    /// </summary>
    public LongTailFineTunerBuilder AddRecorder(Func<IProgress<TrainingProgress>> create)
    {
        _services = _services with { Recorders = _services.Recorders.Add(create) };
        return this;
    }

    /// <summary>Checks everything and returns the fine-tuner. It can be called once.</summary>
    /// <remarks>
    /// With nothing but a backbone, the fine-tuner trains LIFT+ (arXiv 2504.13282): AdaptFormer in every block, a cosine classifier with
    /// scale 25 that starts from the class texts (from class means if the backbone has no text encoder), the logit-adjusted loss with τ =
    /// 1, minimalist augmentation, and SGD for 5 epochs at a learning rate of 0.02 in batches of 128. Images are classified from one centre
    /// crop. The published figures average five crops: add <c>UsePreset("LiftPlus")</c> or <c>UseTestTimeEnsemble()</c> for them.
    /// </remarks>
    /// <exception cref="RecipeException">The recipe or the options have errors; all of them are listed.</exception>
    /// <exception cref="InvalidOperationException">The method was called before.</exception>
    public LongTailFineTuner Build()
    {
        if (_built)
            throw new InvalidOperationException("This builder was used already. Start another with LongTailFineTuner.CreateBuilder().");
        InitialModel? initial = _services.Initial;
        FineTuningRecipe recipe = _changes.Aggregate(_start ?? initial?.Recipe ?? new(), (recipe, change) => change(recipe));
        recipe = recipe with { Peft = _peft ?? recipe.Peft };
        List<string> errors = [.. OptionsValidator.Errors(_services), .. _descriptionErrors];
        bool hasBackbone = recipe.Backbone is not null || _services.CreateBackbone is not null;
        if (!hasBackbone && initial is not null)
            recipe = recipe with { Backbone = initial.Recipe.Backbone, BackboneOptions = initial.Recipe.BackboneOptions };
        if (!hasBackbone && initial?.Recipe.Backbone is null)
            errors.Add("Backbone: the value is missing. Call UseBackbone with a Hugging Face folder or id, or a weight file.");
        if (recipe.Training is { ClassifierTraining: not ClassifierTraining.WithMethods and var classifier } && initial is null)
            errors.Add(
                $"Training.ClassifierTraining: {classifier} keeps the methods of a model, and there is none. Call UseInitialModel, or "
                    + "UseClassifierOnly to train a classifier on the untouched backbone."
            );
        RecipeValidator.ThrowIfInvalid(recipe, [.. errors, .. initial is null ? [] : InitialModel.Differences(initial.Recipe, recipe)]);
        _built = true;
        return new LongTailFineTuner(recipe, _services);
    }

    /// <summary>Trains in several processes, which <paramref name="create"/> joins when a run begins.</summary>
    internal LongTailFineTunerBuilder UseProcesses(Func<IProcessGroup> create)
    {
        _services = _services with { CreateProcesses = create };
        return this;
    }

    private LongTailFineTunerBuilder Change(Func<FineTuningRecipe, FineTuningRecipe> change)
    {
        _changes.Add(change);
        return this;
    }
}
