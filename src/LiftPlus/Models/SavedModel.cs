using System.Text.Json;
using LiftPlus.Classifiers;
using LiftPlus.Files;
using LiftPlus.Hub;
using LiftPlus.Weights;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// A trained model as a folder: <c>recipe.json</c> (schema version, recipe, classes, backbone identity) and <c>adapter.safetensors</c> (the
/// trained tensors only). The backbone is not copied; its hash is.
/// </summary>
internal static class SavedModel
{
    public const string RecipeFile = "recipe.json";
    public const string TensorFile = "adapter.safetensors";
    private const long MaximumRecipeBytes = 64 << 20;

    /// <summary>Writes the folder, or replaces an earlier model in it.</summary>
    /// <exception cref="LiftPlusException">The folder holds something else or cannot be written.</exception>
    public static void Save(FineTunedModel model, string folder)
    {
        if (WholeFolder.HasContent(folder) && !File.Exists(Path.Combine(folder, RecipeFile)))
            throw new LiftPlusException(
                $"{folder} exists and holds no LiftPlus model; choose an empty or a new folder, so that nothing of yours is replaced."
            );
        WholeFolder.Replace(
            folder,
            temporary =>
            {
                WriteRecipe(model, Path.Combine(temporary, RecipeFile));
                Safetensors.Write(Path.Combine(temporary, TensorFile), TrainableParameters.State(model.Backbone, model.Classifier));
            }
        );
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
        SavedModelManifest manifest = ReadManifest(Path.Combine(folder, RecipeFile), components);
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

    private static FineTunedModel Load(string folder, SavedModelManifest manifest, string path, Backbone backbone, Device device)
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
        var manifest = new SavedModelManifest
        {
            SchemaVersion = SavedModelManifest.CurrentSchema,
            LibraryVersion = RunEnvironment.Library,
            Backbone = BackboneIdentity.Of(model.Backbone, model.BackboneSha256),
            Classes =
            [
                .. model.Classes.Names.Select((name, label) => new SavedModelManifest.ClassEntry(name, model.Classes.Counts[label])),
            ],
            Recipe = model.Recipe with { Inference = model.Inference },
        };
        using FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(stream, manifest, RecipeJson.Options(RecipeJson.BuiltIn()));
    }

    private static SavedModelManifest ReadManifest(string file, ComponentRegistry? components)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
            throw new LiftPlusException($"{file} is missing; a model's folder holds {RecipeFile} and {TensorFile}. Check the path.");
        if (info.Length > MaximumRecipeBytes)
            throw new LiftPlusException(
                $"{file} has {info.Length} bytes, above the limit of {MaximumRecipeBytes}; this is no recipe that LiftPlus wrote."
            );
        SavedModelManifest manifest = RecipeJson.Read<SavedModelManifest>(File.ReadAllText(file), file, components);
        if (manifest.SchemaVersion != SavedModelManifest.CurrentSchema)
        {
            throw new LiftPlusException(
                $"{file} has schema version {manifest.SchemaVersion}, and this version of LiftPlus reads {SavedModelManifest.CurrentSchema}; it was written by {manifest.LibraryVersion}."
            );
        }

        RecipeValidator.ThrowIfInvalid(manifest.Recipe);
        return manifest;
    }
}
