using System.Globalization;
using System.Text.Json;
using LiftPlus.Adapters;
using LiftPlus.Checkpoints;
using LiftPlus.Classifiers;
using LiftPlus.Hub;
using LiftPlus.Training;
using LiftPlus.Weights;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Makes models of what other programs trained. They predict, are evaluated and saved like those trained here.</summary>
public static class ImportedModel
{
    /// <summary>Reads a <c>checkpoint.pth.tar</c> of the authors' implementation (<see cref="ReferenceCheckpoint"/>).</summary>
    /// <param name="checkpoint">The file.</param>
    /// <param name="recipe">What it was trained with, as far as it shapes the model: backbone, methods with their sizes, and head.</param>
    /// <param name="classes">Its classes, in the order of their labels.</param>
    /// <param name="device">"cpu", "cuda", "cuda:0" or "auto".</param>
    /// <param name="hub">Where a backbone of the hub is fetched from; what the environment says by default.</param>
    /// <exception cref="LiftPlusException">
    /// The recipe is unsound or names no backbone, or the checkpoint is of other methods, sizes or classes; all differences are listed.
    /// </exception>
    public static FineTunedModel FromReference(
        string checkpoint,
        FineTuningRecipe recipe,
        ClassDistribution classes,
        string device = "auto",
        HubOptions? hub = null
    ) => Make(recipe, classes, device, hub, (backbone, classifier) =>
        {
            using WeightSource source = WeightFile.Open(checkpoint);
            ReferenceCheckpoint.Load(source, backbone, classifier);
            return recipe.Peft;
        });

    /// <summary>
    /// Reads a folder of Hugging Face's peft library with LoRA (<see cref="HuggingFacePeft"/>), and its head: the adapter's own classifier, or what
    /// <see cref="PeftExport"/> laid beside it.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recipe">The backbone and the head; its methods are replaced by those found in the folder.</param>
    /// <param name="classes">The classes, in the order of their labels.</param>
    /// <param name="device">"cpu", "cuda", "cuda:0" or "auto".</param>
    /// <param name="hub">Where a backbone of the hub is fetched from; what the environment says by default.</param>
    /// <exception cref="LiftPlusException">The recipe names no backbone, or the folder is damaged or of another backbone, head or other classes.</exception>
    public static FineTunedModel FromPeft(
        string folder,
        FineTuningRecipe recipe,
        ClassDistribution classes,
        string device = "auto",
        HubOptions? hub = null
    ) => Make(recipe with { Peft = [] }, classes, device, hub, (backbone, classifier) =>
        {
            string head = Path.Combine(folder, MergedExport.ClassifierFile);
            if (!File.Exists(head))
                return HuggingFacePeft.Load(folder, backbone, classifier);
            ReadHead(head, recipe, classes, classifier);
            return HuggingFacePeft.Load(folder, backbone);
        });

    // Fill puts the values into the backbone and the head, and tells the methods that made them.
    private static FineTunedModel Make(
        FineTuningRecipe recipe,
        ClassDistribution classes,
        string device,
        HubOptions? hub,
        Func<Backbone, Classifier, IEnumerable<PeftOptions>> fill
    )
    {
        RecipeValidator.ThrowIfInvalid(
            recipe,
            recipe.Backbone is null ? ["Backbone: none is named; write where the weights are that the model was trained on."] : []
        );
        BackboneSource source = BackboneSource.Find(recipe.Backbone!, hub, NullLogger.Instance, null, CancellationToken.None);
        Backbone backbone = Backbone.Load(source.Path, recipe.BackboneOptions);
        Classifier? classifier = null;
        try
        {
            string hash = WeightsHash.Of(backbone);
            classifier = ModelFactory.Attach(recipe, backbone, classes.Names, DeviceName.Resolve(device));
            recipe = recipe with { Backbone = source.Name, Peft = [.. fill(backbone, classifier)] };
            RecipeValidator.ThrowIfInvalid(recipe);
            return new FineTunedModel(recipe, backbone, classifier, classes, decoder: null) { BackboneSha256 = hash };
        }
        catch
        {
            classifier?.Dispose();
            backbone.Dispose();
            throw;
        }
    }

    private static void ReadHead(string file, FineTuningRecipe recipe, ClassDistribution classes, Classifier classifier)
    {
        using Safetensors source = Safetensors.Open(file);
        string scale = classifier.LogitScale.ToString(CultureInfo.InvariantCulture);
        (string Name, string Wanted)[] facts =
        [
            ("type", recipe.Classifier.Type),
            ("logit_scale", scale),
            ("class_names", JsonSerializer.Serialize(classes.Names)),
        ];
        string[] problems =
        [
            .. facts
                .Where(fact => source.Metadata.GetValueOrDefault(fact.Name) is string said && said != fact.Wanted)
                .Select(fact => $"{fact.Name} is {source.Metadata[fact.Name]}, and the recipe and classes given say {fact.Wanted}"),
        ];
        if (problems.Length > 0)
            throw new LiftPlusException($"{file}: {string.Join("; ", problems)}. Give the head and the classes that the file has.");
        WeightLoader.Load(classifier.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter), source);
    }
}
