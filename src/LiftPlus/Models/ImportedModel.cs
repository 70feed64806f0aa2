using System.Globalization;
using System.Text.Json;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Models;
using LiftPlus.Recipe;
using LiftPlus.Weights;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>Creates models from the files of other programs. They predict, are evaluated and are saved like models trained here.</summary>
public static class ImportedModel
{
    /// <summary>Loads a <c>checkpoint.pth.tar</c> of the authors' implementation (<see cref="ReferenceCheckpoint"/>).</summary>
    /// <param name="checkpoint">The file.</param>
    /// <param name="recipe">
    /// The recipe it was trained with, as far as it determines the model: backbone, methods with their sizes, and classifier.
    /// </param>
    /// <param name="classes">Its classes in label order.</param>
    /// <param name="options">The device, and the backbone if it is not where the recipe says.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="LiftPlusException">
    /// The recipe is invalid or names no backbone, or the checkpoint belongs to other methods, sizes or classes; all differences are
    /// listed.
    /// </exception>
    public static FineTunedModel FromReference(
        string checkpoint,
        FineTuningRecipe recipe,
        ClassDistribution classes,
        ModelLoadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        return Create(recipe, classes, options, Fill, cancellationToken);

        IEnumerable<PeftOptions> Fill(Backbone backbone, Classifier classifier)
        {
            using WeightSource source = WeightFile.Open(checkpoint);
            ReferenceCheckpoint.Load(source, backbone, classifier);
            return recipe.Peft;
        }
    }

    /// <summary>
    /// Loads a folder of Hugging Face's peft library with LoRA (<see cref="HuggingFacePeft"/>) and its classifier: the one in the adapter,
    /// or the one that <see cref="PeftExport"/> wrote beside it.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recipe">The backbone and the classifier; its methods are replaced by those found in the folder.</param>
    /// <param name="classes">The classes in label order.</param>
    /// <param name="options">The device, and the backbone if it is not where the recipe says.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="LiftPlusException">
    /// The recipe names no backbone, or the folder is damaged or belongs to another backbone, classifier or other classes.
    /// </exception>
    public static FineTunedModel FromPeft(
        string folder,
        FineTuningRecipe recipe,
        ClassDistribution classes,
        ModelLoadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        return Create(recipe with { Peft = [] }, classes, options, Fill, cancellationToken);

        IEnumerable<PeftOptions> Fill(Backbone backbone, Classifier classifier)
        {
            string file = Path.Combine(folder, MergedExport.ClassifierFile);
            bool hasFile = File.Exists(file);
            if (hasFile)
                ReadClassifier(file, recipe, classes, classifier);
            PeftOptions[] found = [.. HuggingFacePeft.Load(folder, backbone, hasFile ? null : classifier)];
            RecipeValidator.ThrowIfInvalid(recipe with { Peft = [.. found] });
            return found;
        }
    }

    private static FineTunedModel Create(
        FineTuningRecipe recipe,
        ClassDistribution classes,
        ModelLoadOptions? options,
        Func<Backbone, Classifier, IEnumerable<PeftOptions>> fill,
        CancellationToken cancellationToken
    )
    {
        options ??= new ModelLoadOptions();
        string missing =
            "Backbone: the recipe names none; write where the weights are that the model was trained on, "
            + $"or set {nameof(ModelLoadOptions)}.{nameof(ModelLoadOptions.Backbone)}.";
        RecipeValidator.ThrowIfInvalid(recipe, options.HasBackbone || recipe.Backbone is not null ? [] : [missing]);
        return ModelFactory.Create(recipe, classes, options, new SavedValues { Fill = fill }, NullLogger.Instance, cancellationToken);
    }

    private static void ReadClassifier(string file, FineTuningRecipe recipe, ClassDistribution classes, Classifier classifier)
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
            throw new LiftPlusException($"{file}: {string.Join("; ", problems)}. Give the classifier and the classes of the file.");
        WeightLoader.Load(classifier.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter), source);
    }
}
