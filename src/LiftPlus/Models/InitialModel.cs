using System.Text.Json.Nodes;
using LiftPlus.Texts;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Represents the fine-tuned model that a run starts from: a model folder, which every run reads, or a model of the caller, which must live
/// until the run has started.
/// </summary>
internal sealed class InitialModel
{
    private const string Place = "in the initial model";
    private readonly FineTunedModel? _model;
    private readonly string _folder = "";

    private InitialModel(string folder)
    {
        _folder = Path.GetFullPath(folder);
        string file = Path.Combine(_folder, RecipeFile.Name);
        SavedModelManifest manifest = RecipeFile.Parse(file, RecipeFile.Read(_folder), null);
        var places = new SavedPlaces(SavedDescription.OfFolder(_folder, manifest));
        Recipe = manifest.Recipe with
        {
            Backbone = places.Backbone ?? manifest.Recipe.Backbone,
            BackboneOptions = places.BackboneOptions(),
        };
    }

    private InitialModel(FineTunedModel model) =>
        (_model, Recipe) = (model, model.Recipe with { Backbone = model.BackbonePath ?? model.Recipe.Backbone });

    /// <summary>Gets the recipe that the model was trained with, which names where the backbone is now.</summary>
    public FineTuningRecipe Recipe { get; }

    /// <exception cref="LiftPlusException">The folder holds no model.</exception>
    public static InitialModel From(string folder) => new(folder);

    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public static InitialModel From(FineTunedModel model) => new(model);

    /// <summary>Opens the model for a run.</summary>
    /// <exception cref="LiftPlusException">A file is missing or damaged.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public InitialValues Open()
    {
        if (_model is null)
        {
            ModelFiles files = ModelFiles.Open(_folder, new ModelLoadOptions());
            return new InitialValues(SavedDescription.OfFolder(_folder, files.Manifest), files.Tensors, files);
        }

        ModelUse use = _model.Enter();
        var tensors = new MemoryWeights("the initial model", TrainableParameters.State(_model.Backbone, use.Head.Classifier));
        return new InitialValues(
            new SavedDescription(tensors.Path, tensors.Path, SavedModel.Describe(_model, use.Head, Environment.CurrentDirectory)),
            tensors,
            use
        );
    }

    /// <summary>Computes the SHA-256 of classes and values.</summary>
    public string Sha256()
    {
        using InitialValues values = Open();
        return values.Sha256;
    }

    /// <summary>Returns what a recipe has otherwise than the model and must have as the model: methods and classifier.</summary>
    public static IEnumerable<string> Differences(FineTuningRecipe model, FineTuningRecipe now, string place = Place) =>
        JsonLeaves.AllDifferences(Structure(model), Structure(now), place);

    /// <summary>Leaves out the model's descriptions of classes that the data lack.</summary>
    public FineTuningRecipe Adapt(FineTuningRecipe recipe, IReadOnlyList<string> classNames)
    {
        HashSet<string> keys = [.. classNames.Select(ClassName.Key)];
        return recipe with
        {
            ClassDescriptions = recipe.ClassDescriptions.RemoveRange(
                Recipe.ClassDescriptions.Keys.Where(name => !keys.Contains(ClassName.Key(name)))
            ),
        };
    }

    private static Dictionary<string, string> Structure(FineTuningRecipe recipe)
    {
        JsonObject json = JsonNode.Parse(RecipeJson.Write(recipe))!.AsObject();
        string[] parts = [nameof(FineTuningRecipe.Peft), nameof(FineTuningRecipe.Classifier)];
        return JsonLeaves.Of(new JsonObject(parts.Select(name => KeyValuePair.Create(name, json[name]?.DeepClone()))));
    }
}
