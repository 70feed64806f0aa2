using System.Collections.Immutable;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Peft;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Puts a recipe's parts onto a backbone: the same way before training and when a checkpoint is read.</summary>
internal static class ModelFactory
{
    private const int ListedNames = 10;

    /// <summary>
    /// Moves the frozen backbone to the device and type, attaches the methods and creates the head, with initial values drawn in a fixed order.
    /// </summary>
    /// <param name="recipe">The parts.</param>
    /// <param name="backbone">The untouched backbone.</param>
    /// <param name="classNames">Class names in label order.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="saved">The trained tensors to be filled in afterwards, where a saved model is read.</param>
    public static Classifier Attach(
        FineTuningRecipe recipe,
        Backbone backbone,
        IReadOnlyList<string> classNames,
        Device device,
        WeightSource? saved = null
    )
    {
        backbone.to(device);
        MixedPrecision.Store(backbone, recipe.Training.Precision, device);
        backbone.Freeze();
        using var random = new Generator((ulong)recipe.Training.Seed);
        var context = new PeftContext(backbone, classNames.Count, random) { Saved = saved };
        foreach (PeftOptions peft in recipe.Peft)
            peft.Apply(context);
        Classifier classifier = recipe.Classifier.CreateClassifier(
            new ClassifierContext(backbone.Image.FeatureDimension, classNames.Count, random)
            {
                Backbone = backbone,
                ClassTexts = ClassTexts(recipe, classNames),
            }
        );
        classifier.to(device);
        return classifier;
    }

    /// <summary>For each class its texts: its own descriptions, else its name in every template. Learned context brings its own template.</summary>
    /// <exception cref="LiftPlusException">There are descriptions of classes that the data has not.</exception>
    public static IReadOnlyList<IReadOnlyList<string>> ClassTexts(FineTuningRecipe recipe, IReadOnlyList<string> classNames)
    {
        string[] strangers = [.. recipe.ClassDescriptions.Keys.Except(classNames)];
        if (strangers.Length > 0)
        {
            throw new LiftPlusException(
                $"ClassDescriptions: {string.Join(", ", strangers.Select(name => $"'{name}'"))} is no class of the data; "
                    + $"the classes are {string.Join(", ", classNames.Take(ListedNames))}{(classNames.Count > ListedNames ? ", ..." : "")}. Names are compared exactly."
            );
        }

        string? learned = recipe.Peft.OfType<CoOpOptions>().FirstOrDefault()?.Template;
        IReadOnlyList<string> templates = learned is null ? recipe.PromptTemplates : [learned];
        return
        [
            .. classNames.Select(name =>
                recipe.ClassDescriptions.TryGetValue(name, out ImmutableArray<string> own) ? own : PromptTemplates.Fill(templates, name)
            ),
        ];
    }
}
