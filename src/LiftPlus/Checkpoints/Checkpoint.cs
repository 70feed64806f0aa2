using System.Text.Json;
using LiftPlus.Classifiers;
using LiftPlus.Hub;
using LiftPlus.Training;
using LiftPlus.Weights;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Checkpoints;

/// <summary>
/// A trained model as a folder: <c>recipe.json</c> (schema version, recipe, classes, backbone identity) and <c>adapter.safetensors</c> (the
/// trained tensors only). The backbone is not copied; its hash is.
/// </summary>
internal static class Checkpoint
{
    public const string RecipeFile = "recipe.json";
    public const string TensorFile = "adapter.safetensors";
    private const long MaximumRecipeBytes = 64 << 20;

    /// <summary>Writes a folder beside the target and renames it, so that the target is whole or not there.</summary>
    public static void Save(FineTunedModel model, string folder)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp",
            old = $"{target}.{Guid.NewGuid():N}.old";
        if (
            File.Exists(target)
            || (
                Directory.Exists(target)
                && !File.Exists(Path.Combine(target, RecipeFile))
                && Directory.EnumerateFileSystemEntries(target).Any()
            )
        )
            throw new LiftPlusException(
                $"{folder} exists and holds no LiftPlus model; choose an empty or a new folder, so that nothing of yours is replaced."
            );
        try
        {
            Directory.CreateDirectory(temporary);
            WriteRecipe(model, Path.Combine(temporary, RecipeFile));
            Safetensors.Write(Path.Combine(temporary, TensorFile), TrainableParameters.State(model.Backbone, model.Classifier));
            if (Directory.Exists(target))
                Directory.Move(target, old);
            Directory.Move(temporary, target);
            if (Directory.Exists(old))
                Directory.Delete(old, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(old) && !Directory.Exists(target))
                Directory.Move(old, target);
            throw new LiftPlusException(
                $"{folder} cannot be written ({e.Message}). Check its parent folder, its rights and the free space.",
                e
            );
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>Rebuilds the model on its backbone and fills in the trained tensors, after everything has been compared.</summary>
    public static FineTunedModel Load(
        string folder,
        string? backbonePath,
        string device,
        ComponentRegistry? components,
        HubOptions? hub,
        IProgress<HubProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        CheckpointManifest manifest = ReadManifest(Path.Combine(folder, RecipeFile), components);
        BackboneSource source =
            backbonePath is not null ? BackboneSource.Find(backbonePath, hub, NullLogger.Instance, progress, cancellationToken)
            : manifest.Recipe.Backbone is not null
                ? BackboneSource.FindAgain(manifest.Recipe.Backbone, hub, NullLogger.Instance, progress, cancellationToken)
            : throw new LiftPlusException(
                $"{folder} was trained on a backbone that the caller made ({manifest.Backbone.Name}); pass the backbone's folder, file or hub id to Load."
            );
        Backbone backbone = Backbone.Load(source.Path, manifest.Recipe.BackboneOptions);
        try
        {
            return Load(folder, manifest, source.Name, backbone, DeviceName.Resolve(device));
        }
        catch
        {
            backbone.Dispose();
            throw;
        }
    }

    private static FineTunedModel Load(string folder, CheckpointManifest manifest, string path, Backbone backbone, Device device)
    {
        var found = BackboneIdentity.Of(backbone, WeightsHash.Of(backbone));
        if (!found.Matches(manifest.Backbone))
        {
            throw new LiftPlusException(
                $"{folder} was trained on {Describe(manifest.Backbone)}, but {path} is {Describe(found)}; pass the backbone it was trained on."
            );
        }

        var classes = new ClassDistribution(
            manifest.Classes.Select(entry => entry.Name),
            manifest.Classes.Select(entry => entry.TrainingImages)
        );
        using WeightSource source = Safetensors.Open(Path.Combine(folder, TensorFile));
        Classifier classifier = ModelFactory.Attach(manifest.Recipe, backbone, classes.Names, device, source);
        try
        {
            WeightLoader.Load(TrainableParameters.State(backbone, classifier), source);
            var model = new FineTunedModel(manifest.Recipe with { Backbone = path }, backbone, classifier, classes, decoder: null)
            {
                BackboneSha256 = found.Sha256,
            };
            SharedWeights.Join(backbone, found.Sha256);
            return model;
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }

    private static string Describe(BackboneIdentity backbone) =>
        $"{backbone.Name} (SHA-256 {backbone.Sha256[..Math.Min(12, backbone.Sha256.Length)]}..., {backbone.Activation?.ToString() ?? "ReLU"}, "
        + $"{backbone.Preprocess.ImageSize} pixels, mean {string.Join(' ', backbone.Preprocess.Mean)}, deviation {string.Join(' ', backbone.Preprocess.Std)})";

    private static void WriteRecipe(FineTunedModel model, string file)
    {
        var manifest = new CheckpointManifest
        {
            SchemaVersion = CheckpointManifest.CurrentSchema,
            LibraryVersion = RunEnvironment.Library,
            Backbone = BackboneIdentity.Of(model.Backbone, model.BackboneSha256),
            Classes =
            [
                .. model.Classes.Names.Select((name, label) => new CheckpointManifest.ClassEntry(name, model.Classes.Counts[label])),
            ],
            Recipe = model.Recipe with { Inference = model.Inference },
        };
        using FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(stream, manifest, RecipeJson.Options(RecipeJson.BuiltIn()));
        stream.Flush(flushToDisk: true);
    }

    private static CheckpointManifest ReadManifest(string file, ComponentRegistry? components)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
            throw new LiftPlusException($"{file} is missing; a model's folder holds {RecipeFile} and {TensorFile}. Check the path.");
        if (info.Length > MaximumRecipeBytes)
            throw new LiftPlusException(
                $"{file} has {info.Length} bytes, above the limit of {MaximumRecipeBytes}; this is no recipe that LiftPlus wrote."
            );
        CheckpointManifest manifest = RecipeJson.Read<CheckpointManifest>(File.ReadAllText(file), file, components);
        if (manifest.SchemaVersion != CheckpointManifest.CurrentSchema)
        {
            throw new LiftPlusException(
                $"{file} has schema version {manifest.SchemaVersion}, and this version of LiftPlus reads {CheckpointManifest.CurrentSchema}; it was written by {manifest.LibraryVersion}."
            );
        }

        RecipeValidator.ThrowIfInvalid(manifest.Recipe);
        return manifest;
    }
}
