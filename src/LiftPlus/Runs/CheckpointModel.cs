using LiftPlus.Evaluation;
using LiftPlus.Models;
using LiftPlus.Recipe;
using LiftPlus.Validation;
using LiftPlus.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Runs;

/// <summary>Makes a model from the newest checkpoint of a run, as the run itself does at its end. The checkpoints are only read.</summary>
internal static class CheckpointModel
{
    public static FineTunedModel Load(string folder, ModelLoadOptions options, CancellationToken cancellationToken)
    {
        OptionsValidator.ThrowIfInvalid(options);
        if (options.TrustedHash is not null)
            throw new LiftPlusException(
                $"{nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.TrustedHash)} is the hash of a model folder's {RecipeFile.Name}, and "
                    + $"{folder} is read as the checkpoints of a run. Load them without it, and save the model."
            );
        using TrainingCheckpoint checkpoint = CheckpointFolder.ReadNewest(folder, out var unreadable)
            ?? throw new LiftPlusException(
                $"{folder} holds no checkpoints. Give the folder that UseCheckpoints was given; {nameof(FineTunedModel)}."
                    + $"{nameof(FineTunedModel.Load)} reads what {nameof(FineTunedModel.Save)} wrote."
            );
        if (checkpoint.Run.Place is null && !options.HasBackbone)
            throw new LiftPlusException(
                $"{checkpoint.Path} was written by an earlier version and does not record where its backbone was "
                    + $"({checkpoint.Run.Backbone.Name}). Set {nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.Backbone)} to its "
                    + "folder, file or hub id."
            );

        SavedModelManifest manifest = Describe(checkpoint, options.Components);
        FineTunedModel model = SavedModel.Create(
            new SavedDescription(checkpoint.Path, checkpoint.Path, manifest),
            checkpoint.Best ?? checkpoint.Tensors(TrainingCheckpoint.ModelPrefix),
            state => Fill(state, checkpoint, manifest.Recipe.Training.StartShare),
            unreadable.Select(entry => $"{entry.File} is skipped: {entry.Reason}"),
            options,
            cancellationToken
        );
        model.ValidationHistory = checkpoint.State.Validations;
        model.TrainingTime = checkpoint.State.Elapsed;
        return model;
    }

    // The last model has the averages and its share of the start; the best one was kept with them.
    private static void Fill(IReadOnlyDictionary<string, Tensor> state, TrainingCheckpoint checkpoint, double startShare)
    {
        WeightLoader.Load(state, checkpoint.Best ?? checkpoint.Tensors(TrainingCheckpoint.ModelPrefix));
        if (checkpoint.Best is null && checkpoint.Tensors(TrainingCheckpoint.AveragePrefix) is { Tensors.Count: > 0 } averages)
            WeightLoader.Load(state.Where(entry => entry.Value is Parameter).ToDictionary(), averages);
        if (checkpoint.Best is null && startShare > 0)
        {
            using var start = new KeptTensors(state);
            start.Keep();
            WeightLoader.Load(start.Tensors, checkpoint.Tensors(TrainingCheckpoint.StartPrefix));
            start.Mix(startShare);
        }
    }

    private static SavedModelManifest Describe(TrainingCheckpoint checkpoint, ComponentRegistry? components)
    {
        RunIdentity run = checkpoint.Run;
        FineTuningRecipe recipe = RecipeJson.Read<FineTuningRecipe>(
            run.Recipe.ToJsonString(),
            $"{checkpoint.Path}: the recipe",
            components
        );
        RecipeValidator.ThrowIfInvalid(recipe);
        return new SavedModelManifest
        {
            SchemaVersion = SavedModelManifest.CurrentSchema,
            LibraryVersion = run.Machine?.LiftPlusVersion ?? RunEnvironment.Library,
            Backbone = run.Backbone,
            BackbonePath = run.Place?.Path,
            VocabularyPath = run.Place?.Vocabulary,
            Decoder = run.Decoder,
            SizedFor = run.SizedFor,
            Classes = [.. run.Train.Classes.Zip(run.Train.Counts, (name, count) => new SavedModelManifest.ClassEntry(name, count))],
            Recipe = recipe with { Backbone = run.Place?.Name },
        };
    }
}
