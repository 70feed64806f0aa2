using System.Collections.Immutable;
using System.Text.Json;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Files;
using LiftPlus.Recipe;
using LiftPlus.Validation;
using LiftPlus.Weights;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Reads and writes trained models as folders: <c>recipe.json</c> (schema version, recipe, classes, backbone identity, hashes of the other
/// files) and <c>adapter.safetensors</c> (the trained tensors only). The backbone is not copied; its hash is.
/// </summary>
internal static class SavedModel
{
    private const int PublishedImageSize = 224; // where the margin of an ensemble has always been the same

    /// <summary>Writes the folder, or replaces an earlier model in it.</summary>
    /// <exception cref="LiftPlusException">The folder holds something else or cannot be written.</exception>
    public static void Save(FineTunedModel model, string folder)
    {
        using IDisposable use = model.Enter();
        IReadOnlyDictionary<string, Tensor> state = State(model, folder);
        if (WholeFolder.HasContent(folder) && !File.Exists(Path.Combine(folder, ModelFiles.RecipeFile)))
            throw new LiftPlusException(
                $"{folder} exists and holds no LiftPlus model; choose an empty or a new folder. Nothing was overwritten."
            );
        WholeFolder.Replace(folder, temporary =>
        {
            string tensors = Path.Combine(temporary, ModelFiles.TensorFile);
            Safetensors.Write(tensors, state);
            var files = ImmutableSortedDictionary<string, SavedFile>.Empty.Add(ModelFiles.TensorFile, ModelFiles.Describe(tensors));
            WriteRecipe(model, folder, files, Path.Combine(temporary, ModelFiles.RecipeFile)); // last: it stands for all
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
    /// <exception cref="LiftPlusException">A file is missing or damaged, or the backbone or decoder is another one.</exception>
    public static FineTunedModel Load(string folder, ModelLoadOptions options, CancellationToken cancellationToken)
    {
        OptionsValidator.ThrowIfInvalid(options);
        using ModelFiles files = ModelFiles.Open(folder, options);
        SavedModelManifest manifest = files.Manifest;
        if (!options.HasBackbone && manifest.Recipe.Backbone is null)
        {
            throw new LiftPlusException(
                $"{folder} was trained on a backbone that was made in code ({manifest.Backbone.Name}). Set {nameof(ModelLoadOptions)}."
                    + $"{nameof(ModelLoadOptions.Backbone)} to its folder, file or hub id, or {nameof(ModelLoadOptions)}."
                    + $"{nameof(ModelLoadOptions.CreateBackbone)} to a function that makes it."
            );
        }

        string[] remarks = [.. files.Remarks, .. CheckDecoder(folder, manifest, options.Decoder), .. EnsembleRemarks(folder, manifest)];
        return ModelFactory.Create(
            manifest.Recipe,
            new ClassDistribution(manifest.Classes.Select(entry => entry.Name), manifest.Classes.Select(entry => entry.TrainingImages)),
            options,
            new SavedValues
            {
                Places = new SavedPlaces(folder, manifest),
                CheckBackbone = (backbone, identity) => [.. remarks, .. CheckBackbone(folder, manifest, backbone, identity)],
                Source = files.Tensors,
                Fill = (backbone, classifier) =>
                {
                    WeightLoader.Load(TrainableParameters.State(backbone, classifier), files.Tensors);
                    return manifest.Recipe.Peft;
                },
            },
            options.Logger ?? NullLogger.Instance,
            cancellationToken
        );
    }

    // Returns what an earlier version did not save.
    private static IEnumerable<string> CheckBackbone(
        string folder,
        SavedModelManifest manifest,
        Backbone backbone,
        BackboneIdentity identity
    )
    {
        string[] differences = [.. manifest.Backbone.Differences(identity, $"in {ModelFiles.RecipeFile}")];
        if (differences.Length > 0)
        {
            throw new LiftPlusException(
                $"{folder} was trained on {Describe(manifest.Backbone)}, but {backbone.WeightsPath ?? "the backbone made in code"} is "
                    + $"{Describe(identity)}. What differs:"
                    + string.Concat(differences.Select(line => $"{Environment.NewLine}  {line}"))
                    + $"{Environment.NewLine}Set {nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.Backbone)} to the backbone it was "
                    + "trained on, or restore its files."
            );
        }

        string[] unknown = [.. manifest.Backbone.Unknown(identity)];
        if (unknown.Length > 0)
            yield return $"{folder} was written by LiftPlus {manifest.LibraryVersion} and does not record all of its backbone, so these "
                + $"could not be compared: {string.Join(", ", unknown)}. Save the model again to record them.";
    }

    // A decoder that the caller chose is used; one that is missing would change the pixels without a word.
    private static IEnumerable<string> CheckDecoder(string folder, SavedModelManifest manifest, IImageDecoder? chosen)
    {
        string now = chosen is null ? DecoderName.Default : DecoderName.Of(chosen);
        if (manifest.Decoder is not string then || then == now)
            return [];
        return chosen is not null
            ? [$"{folder} was trained with the decoder {then}; {now} is used, whose pixels may differ."]
            : throw new LiftPlusException(
                $"Decoder: {then} in {Path.Combine(folder, ModelFiles.RecipeFile)}, {now} now. Set {nameof(ModelLoadOptions)}."
                    + $"{nameof(ModelLoadOptions.Decoder)} to the decoder of the training, or to another one if its pixels will do."
            );
    }

    // Models that do not record their files come from the versions that enlarged by 24 pixels at every size.
    private static string[] EnsembleRemarks(string folder, SavedModelManifest manifest)
    {
        int size = manifest.Backbone.Preprocess.ImageSize;
        return manifest.Files is null
            && size != PublishedImageSize
            && manifest.Recipe.Inference is { TestTimeEnsemble: true, Expand: null }
            ? [
                $"{folder} was written by LiftPlus {manifest.LibraryVersion}, which enlarged images by 24 pixels for its ensemble. The margin "
                    + $"is now in proportion to the image ({size} pixels). Set Inference.Expand to 24 for the earlier results.",
            ]
            : [];
    }

    private static string Describe(BackboneIdentity backbone) =>
        $"{backbone.Name} (SHA-256 {backbone.Sha256[..Math.Min(12, backbone.Sha256.Length)]}..., "
        + $"{backbone.Activation?.ToString() ?? "ReLU"}, {backbone.Preprocess.ImageSize} pixels, "
        + $"mean {string.Join(' ', backbone.Preprocess.Mean)}, deviation {string.Join(' ', backbone.Preprocess.Std)})";

    private static void WriteRecipe(
        FineTunedModel model,
        string folder,
        ImmutableSortedDictionary<string, SavedFile> files,
        string file
    )
    {
        var manifest = new SavedModelManifest
        {
            SchemaVersion = SavedModelManifest.CurrentSchema,
            LibraryVersion = RunEnvironment.Library,
            Backbone = model.BackboneIdentity,
            BackbonePath = SavedPath.From(model.BackbonePath, folder),
            VocabularyPath = SavedPath.From(model.VocabularyPath, folder),
            Decoder = DecoderName.Of(model.Decoder),
            Files = files,
            Classes =
            [
                .. model.Classes.Names.Select((name, label) => new SavedModelManifest.ClassEntry(name, model.Classes.Counts[label])),
            ],
            Recipe = model.Recipe with { Inference = model.Inference },
        };
        using FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(stream, manifest, RecipeJson.Options(RecipeJson.BuiltIn()));
    }
}
