using System.Collections.Immutable;
using System.Text.Json;
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
    /// <summary>Writes the folder, or replaces an earlier model in it.</summary>
    /// <exception cref="LiftPlusException">The folder holds something else or cannot be written.</exception>
    public static void Save(FineTunedModel model, string folder)
    {
        using ModelUse use = model.Enter();
        IReadOnlyDictionary<string, Tensor> state = State(model.Backbone, use.Head, folder);
        if (WholeFolder.HasContent(folder) && !File.Exists(Path.Combine(folder, RecipeFile.Name)))
            throw new LiftPlusException(
                $"{folder} exists and holds no LiftPlus model; choose an empty or a new folder. Nothing was overwritten."
            );
        WholeFolder.Replace(folder, temporary =>
        {
            string tensors = Path.Combine(temporary, ModelFiles.TensorFile);
            Safetensors.Write(tensors, state);
            var files = ImmutableSortedDictionary<string, SavedFile>.Empty.Add(ModelFiles.TensorFile, ModelFiles.Describe(tensors));
            WriteRecipe(model, use.Head, folder, files, Path.Combine(temporary, RecipeFile.Name)); // last: it stands for all
        });
    }

    // A disposed module lists no tensors; a good folder is never replaced with that.
    private static IReadOnlyDictionary<string, Tensor> State(Backbone backbone, ModelHead head, string folder)
    {
        IReadOnlyDictionary<string, Tensor> state = TrainableParameters.State(backbone, head.Classifier);
        bool lacksClassifier = head.Recipe.Classifier.HasWeight && !head.Classifier.parameters().Any();
        return !lacksClassifier && (state.Count > 0 || head.Recipe.Peft.IsEmpty)
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

        string[] remarks =
        [
            .. files.Remarks,
            .. SavedModelCheck.CompareDecoder(folder, manifest, options.Decoder),
            .. SavedModelCheck.RemarkOnEnsemble(folder, manifest),
        ];
        return ModelFactory.Create(
            manifest.Recipe,
            new ClassDistribution(manifest.Classes.Select(entry => entry.Name), manifest.Classes.Select(entry => entry.TrainingImages)),
            options,
            new SavedValues
            {
                Places = new SavedPlaces(folder, manifest),
                CheckBackbone = (backbone, identity) =>
                    [.. remarks, .. SavedModelCheck.CompareBackbone(folder, manifest, backbone, identity)],
                SizedFor = manifest.SizedFor,
                RowCounts = [.. manifest.Classes.Select(entry => entry.Rows ?? 1)],
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

    private static void WriteRecipe(
        FineTunedModel model,
        ModelHead head,
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
                .. head.Classes.Names.Select((name, label) => new SavedModelManifest.ClassEntry(name, head.Classes.Counts[label])
                {
                    Rows = head.RowsOf(label) is int rows and > 1 ? rows : null,
                }),
            ],
            SizedFor = model.SizedFor == head.Classes.ClassCount ? null : model.SizedFor,
            Recipe = head.Recipe with { Inference = model.Inference },
        };
        string json = JsonSerializer.Serialize(manifest, RecipeJson.Options(RecipeJson.BuiltIn()));
        WholeFile.WriteText(file, json);
    }
}
