using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Evaluation;
using LiftPlus.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>A backbone with its trained modules and head. Owns them; dispose it.</summary>
/// <remarks>
/// Models whose backbones have the same SHA-256, type and device have the frozen values in memory once, until the last of them is disposed. So nobody
/// writes to the frozen parameters of a model; <c>backbone.to(...)</c> gives a model values of its own.
/// </remarks>
public sealed class FineTunedModel : ImageClassifier
{
    internal FineTunedModel(
        FineTuningRecipe recipe,
        Backbone backbone,
        Classifier classifier,
        ClassDistribution classes,
        IImageDecoder? decoder
    )
        : base(backbone, classes, recipe.Inference, decoder)
    {
        Recipe = recipe;
        Classifier = classifier;
        Eval();
    }

    /// <summary>What the model was made by.</summary>
    public FineTuningRecipe Recipe { get; }

    /// <summary>SHA-256 over the values of the backbone before training.</summary>
    public required string BackboneSha256 { get; init; }

    /// <summary>The trained head.</summary>
    public Classifier Classifier { get; }

    /// <summary>Images that training left out because they could not be read; empty unless <see cref="TrainingOptions.Unreadable"/> says to skip them, and after loading.</summary>
    public IReadOnlyList<UnreadableImage> SkippedImages { get; internal set; } = [];

    /// <summary>How long training took, all parts of a resumed run together; null after loading, or where nothing was trained.</summary>
    public TimeSpan? TrainingTime { get; internal set; }

    /// <summary>Number of trained values: modules, unfrozen parameters and head.</summary>
    public long TrainedParameterCount => TrainableParameters.Of(Backbone, Classifier).Sum(entry => entry.Parameter.numel());

    /// <summary>Number of values in the whole model.</summary>
    public long ParameterCount => Backbone.ParameterCount + Classifier.parameters().Sum(parameter => parameter.numel());

    /// <summary>Writes <c>recipe.json</c> and <c>adapter.safetensors</c> (the trained tensors only) into a folder, whole or not at all.</summary>
    /// <param name="folder">The folder; replaced if it holds a model already.</param>
    /// <exception cref="LiftPlusException">The folder holds something else, or cannot be written.</exception>
    public void Save(string folder) => SavedModel.Save(this, folder);

    /// <summary>Reads a folder that <see cref="Save"/> wrote.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Backbone, device, methods and decoder; by default the backbone that the recipe names, on the first GPU or the CPU.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="LiftPlusException">A file is missing or damaged, or the backbone is not the one the model was trained on.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static FineTunedModel Load(string folder, ModelLoadOptions? options = null, CancellationToken cancellationToken = default) =>
        SavedModel.Load(folder, options ?? new ModelLoadOptions(), cancellationToken);

    /// <inheritdoc cref="Load"/>
    public static Task<FineTunedModel> LoadAsync(
        string folder,
        ModelLoadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Task.Run(() => Load(folder, options, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override void Dispose()
    {
        SharedWeights.Leave(Backbone);
        Classifier.Dispose();
        base.Dispose();
    }

    private protected override EvaluationReport Describe(EvaluationReport report) =>
        report with
        {
            Recipe = ReportRecipe.WithoutFolders(Recipe with { Inference = Inference }),
            Parameters = ParameterCount,
            TrainedParameters = TrainedParameterCount,
            TrainingSeconds = TrainingTime?.TotalSeconds,
            Environment = report.Environment! with { Precision = Recipe.Training.Precision },
        };

    internal override Tensor Classify(Tensor features) => Classifier.forward(features);

    internal void Train()
    {
        Backbone.train();
        Classifier.train();
    }

    internal void Eval()
    {
        Backbone.eval();
        Classifier.eval();
    }
}
