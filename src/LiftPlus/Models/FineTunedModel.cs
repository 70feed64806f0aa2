using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Evaluation;
using LiftPlus.Metrics;
using LiftPlus.Models;

namespace LiftPlus;

/// <summary>Represents a trained model: a backbone with its fine-tuned modules and a classifier. It owns both; dispose it.</summary>
/// <remarks>
/// Models whose backbones have the same SHA-256, type and device share the memory of the frozen parameters, until the last of them is
/// disposed. Do not write to the frozen parameters of a model; after <c>backbone.to(...)</c> a model has its own copy.
/// </remarks>
public sealed partial class FineTunedModel : ImageClassifier
{
    internal FineTunedModel(
        FineTuningRecipe recipe,
        Backbone backbone,
        BackboneIdentity identity,
        Classifier classifier,
        ClassDistribution classes,
        IImageDecoder? decoder
    )
        : base(backbone, new ModelHead(classes, classifier, recipe), recipe.Inference, decoder)
    {
        BackboneIdentity = identity;
        Eval();
    }

    /// <summary>
    /// Gets the recipe that the model was trained with. Its class descriptions follow changes of the classes
    /// (<see cref="AddClass"/>).
    /// </summary>
    public FineTuningRecipe Recipe => Head.Recipe;

    /// <summary>Gets the SHA-256 of the backbone's values before training.</summary>
    public string BackboneSha256 => Alive(BackboneIdentity).Sha256;

    /// <summary>Gets what the backbone was before training.</summary>
    internal BackboneIdentity BackboneIdentity { get; }

    /// <summary>Gets the full path of the backbone; null if it was made in code or is a repository of the hub.</summary>
    internal string? BackbonePath { get; init; }

    /// <summary>Gets the full path of the folder of the vocabulary, if the recipe names one.</summary>
    internal string? VocabularyPath { get; init; }

    /// <summary>Gets the number of classes that automatic sizes of the methods follow from: those of the first training.</summary>
    internal int SizedFor { get; init; }

    /// <summary>Gets the arithmetic of the frozen part.</summary>
    internal Precision Precision { get; init; }

    /// <summary>Gets the trained classifier.</summary>
    public Classifier Classifier => Head.Classifier;

    /// <summary>
    /// Gets the images that training left out because they could not be read; empty unless <see cref="TrainingOptions.Unreadable"/> says to
    /// skip them, and after loading.
    /// </summary>
    public IReadOnlyList<UnreadableImage> SkippedImages
    {
        get => Alive(field);
        internal set;
    } = [];

    /// <summary>
    /// Gets the duration of training, including the parts before a resume; null after <see cref="Load"/>, or if nothing was trained.
    /// </summary>
    public TimeSpan? TrainingTime
    {
        get => Alive(field);
        internal set;
    }

    /// <summary>
    /// Gets the results on the validation set after each epoch, in order; empty without a validation set, and after <see cref="Load"/>.
    /// <see cref="TrainingOptions.Return"/> decides which epoch the model is of.
    /// </summary>
    public IReadOnlyList<ClassificationMetrics> ValidationHistory
    {
        get => Alive(field);
        internal set;
    } = [];

    /// <summary>Gets the number of trained values: modules, unfrozen parameters and classifier.</summary>
    public long TrainedParameterCount
    {
        get
        {
            using ModelUse use = Enter();
            return CountTrained(use.Head);
        }
    }

    /// <summary>Gets the number of values in the whole model.</summary>
    public long ParameterCount
    {
        get
        {
            using ModelUse use = Enter();
            return Count(use.Head);
        }
    }

    /// <summary>
    /// Writes <c>recipe.json</c> and <c>adapter.safetensors</c> (the trained tensors only) into a folder and, if the options say so, the
    /// backbone. After a crash the folder holds the earlier model or the new one, never a part.
    /// </summary>
    /// <param name="folder">The folder. It is created, or replaced if it holds a model.</param>
    /// <param name="options">Whether the backbone is included; null for the defaults.</param>
    /// <exception cref="LiftPlusException">
    /// The folder holds something else or cannot be written, the classifier was disposed, or the backbone to be included has changed since
    /// the training; nothing is overwritten.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model is disposed; nothing is overwritten.</exception>
    public void Save(string folder, ModelSaveOptions? options = null) => SavedModel.Save(this, folder, options ?? new ModelSaveOptions());

    /// <summary>Loads a model folder that <see cref="Save"/> wrote.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">
    /// The backbone, device, methods and decoder; by default the backbone that the recipe names, on the first GPU or else the CPU.
    /// </param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="LiftPlusException">
    /// A file is missing or damaged, or the backbone is not the one the model was trained on.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static FineTunedModel Load(string folder, ModelLoadOptions? options = null, CancellationToken cancellationToken = default) =>
        SavedModel.Load(folder, options ?? new ModelLoadOptions(), cancellationToken);

    /// <inheritdoc cref="Load"/>
    public static Task<FineTunedModel> LoadAsync(
        string folder,
        ModelLoadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Task.Run(() => Load(folder, options, cancellationToken), cancellationToken);

    private protected override void Free()
    {
        SharedWeights.Leave(_backbone);
        _words.Dispose();
    }

    private protected override EvaluationReport Describe(EvaluationReport report, ModelHead head) =>
        report with
        {
            Recipe = ReportRecipe.WithoutFolders(head.Recipe with { Inference = Inference }),
            Parameters = Count(head),
            TrainedParameters = CountTrained(head),
            TrainingSeconds = TrainingTime?.TotalSeconds,
            Environment = report.Environment! with { Precision = Precision },
        };

    /// <summary>Gets whether a run leaves the methods as they are.</summary>
    internal bool TrainsClassifierOnly => Recipe.Training.ClassifierTraining != ClassifierTraining.WithMethods;

    internal void Train()
    {
        Backbone.train(!TrainsClassifierOnly);
        Classifier.train();
    }

    internal void Eval()
    {
        Backbone.eval();
        Classifier.eval();
    }

    private long Count(ModelHead head) => Backbone.ParameterCount + head.Classifier.parameters().Sum(parameter => parameter.numel());

    private long CountTrained(ModelHead head) => TrainableParameters.Get(Backbone, head.Classifier).Sum(entry => entry.Parameter.numel());
}
