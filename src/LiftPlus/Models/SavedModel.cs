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
/// files) and <c>adapter.safetensors</c> (the trained tensors only). The backbone is named with its hash, or included.
/// </summary>
internal static class SavedModel
{
    /// <summary>Writes the folder, or replaces an earlier model in it.</summary>
    /// <exception cref="LiftPlusException">The folder holds something else or cannot be written.</exception>
    public static void Save(FineTunedModel model, string folder, ModelSaveOptions options)
    {
        using ModelUse use = model.Enter();
        IReadOnlyDictionary<string, Tensor> state = State(model.Backbone, use.Head, folder);
        if (WholeFolder.HasContent(folder) && !File.Exists(Path.Combine(folder, RecipeFile.Name)))
            throw new LiftPlusException(
                $"{folder} exists and holds no LiftPlus model; choose an empty or a new folder. Nothing was overwritten."
            );
        bool includes = options.IncludeBackbone || IncludedBackbone.LiesIn(model, folder); // it would be lost with the earlier folder
        WholeFolder.Replace(folder, temporary =>
        {
            SavedModelManifest manifest = includes ? Include(model, use.Head, folder, temporary) : Describe(model, use.Head, folder);
            Safetensors.Write(Path.Combine(temporary, ModelFiles.TensorFile), state);
            if (use.Head.Policy is PredictionPolicy policy)
                PolicyFiles.Write(policy, temporary);
            manifest = manifest with { Files = ModelContent.DescribeAll(temporary) };
            string json = JsonSerializer.Serialize(manifest, RecipeJson.Options(RecipeJson.BuiltIn()));
            WholeFile.WriteText(Path.Combine(temporary, RecipeFile.Name), json); // last: it stands for all
        });
    }

    private static SavedModelManifest Include(FineTunedModel model, ModelHead head, string folder, string temporary)
    {
        string weights = IncludedBackbone.Write(model, temporary, out BackboneLoadOptions options);
        SavedModelManifest manifest = Describe(model, head, folder);
        return manifest with
        {
            IncludedBackbone = weights,
            BackbonePath = null,
            VocabularyPath = null,
            Recipe = manifest.Recipe with { BackboneOptions = options },
        };
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
        var saved = SavedDescription.OfFolder(folder, files.Manifest);
        FineTunedModel model = Create(
            saved,
            files.Tensors,
            state => WeightLoader.Load(state, files.Tensors),
            [.. files.Remarks, .. SavedModelCheck.RemarkOnEnsemble(folder, files.Manifest)],
            options,
            cancellationToken
        );
        try
        {
            if (files.Manifest.Files is { } listed && listed.ContainsKey(PolicyFiles.JsonName))
                model.Policy = PolicyFiles.Read(folder, listed, model.ClassNames, (int)model.Backbone.Image.FeatureDimension);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Makes a model on its backbone and fills in the trained tensors, after everything has been compared.</summary>
    /// <param name="saved">What is known of the model.</param>
    /// <param name="tensors">The trained tensors, as far as sizes follow from them.</param>
    /// <param name="fill">Copies the values into the tensors of the new model, which it is given by name.</param>
    /// <param name="remarks">What could not be compared.</param>
    /// <param name="options">The caller's choices, already validated.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="LiftPlusException">The backbone is missing, or the backbone or decoder is another one.</exception>
    public static FineTunedModel Create(
        SavedDescription saved,
        WeightSource tensors,
        Action<IReadOnlyDictionary<string, Tensor>> fill,
        IEnumerable<string> remarks,
        ModelLoadOptions options,
        CancellationToken cancellationToken
    )
    {
        SavedModelManifest manifest = saved.Manifest;
        if (!options.HasBackbone && manifest.Recipe.Backbone is null && manifest.IncludedBackbone is null)
        {
            throw new LiftPlusException(
                $"{saved.Owner} was trained on a backbone that was made in code ({manifest.Backbone.Name}). Set {nameof(ModelLoadOptions)}."
                    + $"{nameof(ModelLoadOptions.Backbone)} to its folder, file or hub id, or {nameof(ModelLoadOptions)}."
                    + $"{nameof(ModelLoadOptions.CreateBackbone)} to a function that makes it."
            );
        }

        string[] known = [.. remarks, .. SavedModelCheck.CompareDecoder(saved, options.Decoder)];
        return ModelFactory.Create(
            manifest.Recipe,
            new ClassDistribution(manifest.Classes.Select(entry => entry.Name), manifest.Classes.Select(entry => entry.TrainingImages)),
            options,
            new SavedValues
            {
                Places = new SavedPlaces(saved),
                Preprocess = manifest.Backbone.Preprocess,
                CheckBackbone = (backbone, identity) => [.. known, .. SavedModelCheck.CompareBackbone(saved, backbone, identity)],
                SizedFor = manifest.SizedFor,
                RowCounts = manifest.RowCounts,
                Source = tensors,
                Fill = (backbone, classifier) =>
                {
                    fill(TrainableParameters.State(backbone, classifier));
                    return manifest.Recipe.Peft;
                },
            },
            options.Logger ?? NullLogger.Instance,
            cancellationToken
        );
    }

    /// <summary>Describes a model as it is saved in a folder.</summary>
    public static SavedModelManifest Describe(FineTunedModel model, ModelHead head, string folder) =>
        new()
        {
            SchemaVersion = SavedModelManifest.CurrentSchema,
            LibraryVersion = RunEnvironment.Library,
            Backbone = model.BackboneIdentity,
            BackbonePath = SavedPath.From(model.BackbonePath, folder),
            VocabularyPath = SavedPath.From(model.VocabularyPath, folder),
            Decoder = DecoderName.Of(model.Decoder),
            Classes =
            [
                .. head.Classes.Names.Select(
                    (name, label) =>
                        new SavedModelManifest.ClassEntry(name, head.Classes.Counts[label])
                        {
                            Rows = head.RowsOf(label) is int rows and > 1 ? rows : null,
                        }
                ),
            ],
            SizedFor = model.SizedFor == head.Classes.ClassCount ? null : model.SizedFor,
            Recipe = head.Recipe with { Inference = model.Inference },
        };
}
