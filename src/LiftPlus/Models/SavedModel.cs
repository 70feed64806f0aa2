using System.Text.Json;
using LiftPlus.Files;
using LiftPlus.Recipe;
using LiftPlus.Weights;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Reads and writes trained models as folders: <c>recipe.json</c> (schema version, recipe, classes, backbone identity) and
/// <c>adapter.safetensors</c> (the trained tensors only). The backbone is not copied; its hash is.
/// </summary>
internal static class SavedModel
{
    public const string RecipeFile = "recipe.json";
    public const string TensorFile = "adapter.safetensors";
    private const long MaximumRecipeBytes = 64 << 20;
    private const int Tries = 20;

    /// <summary>Writes the folder, or replaces an earlier model in it.</summary>
    /// <exception cref="LiftPlusException">The folder holds something else or cannot be written.</exception>
    public static void Save(FineTunedModel model, string folder)
    {
        using IDisposable use = model.Enter();
        IReadOnlyDictionary<string, Tensor> state = State(model, folder);
        if (WholeFolder.HasContent(folder) && !File.Exists(Path.Combine(folder, RecipeFile)))
            throw new LiftPlusException(
                $"{folder} exists and holds no LiftPlus model; choose an empty or a new folder. Nothing was overwritten."
            );
        WholeFolder.Replace(folder, temporary =>
        {
            WriteRecipe(model, Path.Combine(temporary, RecipeFile));
            Safetensors.Write(Path.Combine(temporary, TensorFile), state);
        });
    }

    // A disposed module lists no tensors; a good folder is never replaced with that.
    private static IReadOnlyDictionary<string, Tensor> State(FineTunedModel model, string folder)
    {
        IReadOnlyDictionary<string, Tensor> state = TrainableParameters.State(model.Backbone, model.Classifier);
        bool lacksClassifier = model.Recipe.Classifier.HasWeight && !model.Classifier.parameters().Any();
        return !lacksClassifier && (state.Count > 0 || model.Recipe.Peft.IsEmpty)
            ? state
            : throw new LiftPlusException(
                $"{folder} was not written: the model has lost its trained tensors, because a part of it was disposed. "
                    + "Dispose the model only, after it is saved."
            );
    }

    /// <summary>Makes the model again on its backbone and fills in the trained tensors, after everything has been compared.</summary>
    /// <exception cref="LiftPlusException">A file is missing or damaged, or the backbone is another one.</exception>
    public static FineTunedModel Load(string folder, ModelLoadOptions options, CancellationToken cancellationToken)
    {
        (SavedModelManifest manifest, WeightSource opened) = Open(folder, options.Components);
        using WeightSource source = opened;
        if (!options.HasBackbone && manifest.Recipe.Backbone is null)
        {
            throw new LiftPlusException(
                $"{folder} was trained on a backbone that was made in code ({manifest.Backbone.Name}). Set {nameof(ModelLoadOptions)}."
                    + $"{nameof(ModelLoadOptions.Backbone)} to its folder, file or hub id, or {nameof(ModelLoadOptions)}."
                    + $"{nameof(ModelLoadOptions.CreateBackbone)} to a function that makes it."
            );
        }

        return ModelFactory.Create(
            manifest.Recipe,
            new ClassDistribution(manifest.Classes.Select(entry => entry.Name), manifest.Classes.Select(entry => entry.TrainingImages)),
            options,
            new SavedValues
            {
                HasSavedRecipe = true,
                CheckBackbone = (backbone, sha256) => CheckBackbone(folder, manifest, backbone, sha256),
                Source = source,
                Fill = (backbone, classifier) =>
                {
                    WeightLoader.Load(TrainableParameters.State(backbone, classifier), source);
                    return manifest.Recipe.Peft;
                },
            },
            NullLogger.Instance,
            cancellationToken
        );
    }

    // The recipe and the tensors are two files, which must be of one model: a folder that is replaced meanwhile is opened again.
    private static (SavedModelManifest Manifest, WeightSource Tensors) Open(string folder, ComponentRegistry? components)
    {
        for (int attempt = 1; ; attempt++)
        {
            ModelFolder before = ModelFolder.Look(folder);
            Safetensors? source = null;
            try
            {
                SavedModelManifest manifest = ReadManifest(Path.Combine(folder, RecipeFile), components);
                source = Safetensors.Open(Path.Combine(folder, TensorFile));
                if (ModelFolder.Look(folder) == before)
                    return (manifest, source);
            }
            catch (Exception e) when (e is LiftPlusException or IOException && attempt < Tries && ModelFolder.Look(folder) != before) { }

            source?.Dispose();
            if (attempt == Tries)
                throw new LiftPlusException(
                    $"{folder} changes while it is read. Write a model with Save, which replaces the whole folder at once."
                );
            Thread.Sleep(attempt); // milliseconds
        }
    }

    private static void CheckBackbone(string folder, SavedModelManifest manifest, Backbone backbone, string sha256)
    {
        var found = BackboneIdentity.From(backbone, sha256);
        if (!found.Matches(manifest.Backbone))
        {
            throw new LiftPlusException(
                $"{folder} was trained on {Describe(manifest.Backbone)}, but {backbone.WeightsPath ?? "the backbone made in code"} is "
                    + $"{Describe(found)}. Set {nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.Backbone)} "
                    + "to the backbone it was trained on."
            );
        }
    }

    private static string Describe(BackboneIdentity backbone) =>
        $"{backbone.Name} (SHA-256 {backbone.Sha256[..Math.Min(12, backbone.Sha256.Length)]}..., "
        + $"{backbone.Activation?.ToString() ?? "ReLU"}, {backbone.Preprocess.ImageSize} pixels, "
        + $"mean {string.Join(' ', backbone.Preprocess.Mean)}, deviation {string.Join(' ', backbone.Preprocess.Std)})";

    private static void WriteRecipe(FineTunedModel model, string file)
    {
        var manifest = new SavedModelManifest
        {
            SchemaVersion = SavedModelManifest.CurrentSchema,
            LibraryVersion = RunEnvironment.Library,
            Backbone = BackboneIdentity.From(model.Backbone, model.BackboneSha256),
            Classes =
            [
                .. model.Classes.Names.Select((name, label) => new SavedModelManifest.ClassEntry(name, model.Classes.Counts[label])),
            ],
            Recipe = model.Recipe with { Inference = model.Inference },
        };
        string json = JsonSerializer.Serialize(manifest, RecipeJson.Options(RecipeJson.BuiltIn()));
        WholeFile.WriteText(file, json);
    }

    private static SavedModelManifest ReadManifest(string file, ComponentRegistry? components)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
            throw new LiftPlusException($"{file} is missing; a model's folder holds {RecipeFile} and {TensorFile}. Check the path.");
        if (info.Length > MaximumRecipeBytes)
            throw new LiftPlusException(
                $"{file} has {info.Length} bytes, above the limit of {MaximumRecipeBytes}; LiftPlus did not write this file."
            );
        SavedModelManifest manifest = RecipeJson.Read<SavedModelManifest>(File.ReadAllText(file), file, components);
        if (manifest.SchemaVersion != SavedModelManifest.CurrentSchema)
        {
            throw new LiftPlusException(
                $"{file} has schema version {manifest.SchemaVersion}, "
                    + $"and this version of LiftPlus reads {SavedModelManifest.CurrentSchema}; it was written by {manifest.LibraryVersion}."
            );
        }

        RecipeValidator.ThrowIfInvalid(manifest.Recipe);
        return manifest;
    }
}
