using System.Collections.Immutable;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Gives the classifier of a new run its first values: from class names or images, and from the initial model.</summary>
internal sealed class ClassifierStart(
    FineTuningRecipe recipe,
    FineTuningServices services,
    ImageDataset train,
    IProgress<TrainingProgress> progress
)
{
    /// <summary>Sets the values.</summary>
    /// <param name="model">The model, with the methods' values.</param>
    /// <param name="initial">The model that the run starts from, whose rows are kept; null if there is none.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public void Set(FineTunedModel model, InitialValues? initial, CancellationToken cancellationToken)
    {
        if (initial is null)
        {
            SetDirections(model, cancellationToken);
            return;
        }

        ImmutableArray<int> labels = initial.Match(train.ClassNames);
        Log.Continues(services.Logger, initial, train.ClassNames, labels);
        bool restarts = recipe.Training.ClassifierTraining == ClassifierTraining.Restarted;
        if (restarts || labels.Contains(-1))
            SetDirections(model, cancellationToken);
        if (!restarts)
            initial.CopyRows(model.Classifier, labels);
    }

    private void ExplainClassMeans(Backbone backbone)
    {
        if (backbone.Text is null)
            Log.SeesImagesOnly(services.Logger, backbone.Config.Name);
        else if (backbone.Tokenizer is null)
            Log.NoVocabulary(services.Logger, backbone.Config.Name);
        else
            Log.ProjectsByLayers(services.Logger, backbone.Config.Name);
    }

    private void SetDirections(FineTunedModel model, CancellationToken cancellationToken)
    {
        if (!recipe.Classifier.HasWeight)
            return;
        ClassifierInitialization kind = recipe.Initialization;
        if (kind == ClassifierInitialization.Auto)
            kind = model.Backbone is { Text: not null, Tokenizer: not null, ProjectsLinearly: true }
                ? ClassifierInitialization.Semantic
                : ClassifierInitialization.ClassMean;
        Log.Initializing(services.Logger, kind);
        if (kind == ClassifierInitialization.ClassMean && recipe.Initialization == ClassifierInitialization.Auto)
            ExplainClassMeans(model.Backbone);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor? directions = kind switch
        {
            ClassifierInitialization.Semantic => ClassDirections.FromText(
                model.Backbone,
                ModelFactory.ClassTexts(recipe, train.ClassNames),
                train.ClassNames,
                progress,
                cancellationToken
            ),
            ClassifierInitialization.ClassMean or ClassifierInitialization.LinearProbe => ClassDirections.FromImages(
                model,
                train,
                kind,
                services,
                progress,
                cancellationToken
            ),
            _ => null,
        };
        if (directions is not null)
            model.Classifier.SetWeight(directions);
    }
}
