using System.Collections.Immutable;
using LiftPlus.Validation;

namespace LiftPlus.Recipe;

/// <summary>
/// Checks a recipe as a whole: every option by itself, then the rules between them. Collects all errors before it reports any.
/// </summary>
internal static class RecipeValidator
{
    /// <summary>Returns all errors in a recipe; empty when it is valid.</summary>
    public static IReadOnlyList<string> Errors(FineTuningRecipe recipe) =>
        [
            .. OptionsValidator.Errors(recipe),
            .. BatchErrors(recipe.Training),
            .. SharpnessErrors(recipe),
            .. PeftErrors(recipe),
            .. ClassifierErrors(recipe),
            .. TextErrors(recipe),
        ];

    /// <exception cref="RecipeException">The recipe has errors.</exception>
    public static void ThrowIfInvalid(FineTuningRecipe recipe, IEnumerable<string>? more = null)
    {
        string[] errors = [.. more ?? [], .. Errors(recipe)];
        if (errors.Length > 0)
            throw new RecipeException(errors);
    }

    private static IEnumerable<string> BatchErrors(TrainingOptions? training)
    {
        if (training?.AccumulationSteps >= 1 && training.BatchSize % training.AccumulationSteps != 0)
        {
            yield return $"Training.BatchSize: {training.BatchSize} cannot be split into {training.AccumulationSteps} micro-batches. "
                + "Choose a multiple of Training.AccumulationSteps.";
        }
    }

    private static IEnumerable<string> SharpnessErrors(FineTuningRecipe recipe)
    {
        if (
            recipe is { Loss.IsMeanOverImages: false, Training.Sharpness.Method: var method }
            && method is SharpnessMethod.ImbSam or SharpnessMethod.FocalSam
        )
        {
            yield return $"Training.Sharpness.Method: {method} weights the loss of each image, and the loss '{recipe.Loss.Type}' is not a "
                + "mean over images. Use another loss, such as the logit-adjusted one, or SAM.";
        }
    }

    private static IEnumerable<string> PeftErrors(FineTuningRecipe recipe)
    {
        foreach (var group in Methods(recipe).GroupBy(peft => (peft.Tower, peft.Type)).Where(group => group.Count() > 1))
        {
            yield return $"Peft: '{group.Key.Type}' is added {group.Count()} times to the {group.Key.Tower} tower. "
                + "Add it once, with the layers of both.";
        }
    }

    private static IEnumerable<string> ClassifierErrors(FineTuningRecipe recipe)
    {
        if (recipe.Classifier is { HasWeight: false } textual && recipe.Initialization != ClassifierInitialization.Auto)
        {
            yield return $"Initialization: the value is {recipe.Initialization}, but the classifier '{textual.Type}' has no weights. "
                + "Leave it at Auto.";
        }

        if (
            recipe is { Classifier: { HasWeight: false } texts, Training.ClassifierTraining: var alone }
            && alone is not ClassifierTraining.WithMethods
        )
        {
            yield return $"Training.ClassifierTraining: the value is {alone}, but the classifier '{texts.Type}' has no weights to train. "
                + "Leave it at WithMethods.";
        }

        if (
            recipe.Classifier is { HasWeight: true } weighted
            && Methods(recipe).FirstOrDefault(peft => peft.NeedsTextClassifier) is PeftOptions text
        )
        {
            yield return $"Peft: '{text.Type}' changes texts or the space they share with images, which the classifier "
                + $"'{weighted.Type}' does not see. Use the text classifier (UseTextClassifier).";
        }
    }

    private static IEnumerable<string> TextErrors(FineTuningRecipe recipe)
    {
        ImmutableArray<string> templates = recipe.PromptTemplates.IsDefault ? [] : recipe.PromptTemplates;
        foreach (string template in templates.Where(template => template?.Contains("{}", StringComparison.Ordinal) == false))
            yield return $"PromptTemplates: '{template}' has no place for the class name. Write {{}} where it belongs.";
        if (recipe.PromptTemplates is { IsDefault: false, IsEmpty: true })
            yield return "PromptTemplates: the list is empty. Give at least one template, such as 'a photo of a {}.'.";
        foreach ((string name, ImmutableArray<string> texts) in recipe.ClassDescriptions)
        {
            if (texts.IsDefaultOrEmpty || texts.Any(string.IsNullOrWhiteSpace))
                yield return $"ClassDescriptions: the class '{name}' has no text or a blank one. "
                    + "Give at least one, or leave the class out.";
        }

        foreach (string error in DescribedClasses.Repeated(recipe.ClassDescriptions.Keys))
            yield return error;
        PeftOptions[] writers = [.. Methods(recipe).Where(peft => peft.PromptTemplate is not null)];
        if (recipe.ClassDescriptions.Count > 0 && writers is [PeftOptions writer, ..])
        {
            yield return $"ClassDescriptions: '{writer.Type}' brings its own words for every class. "
                + "Leave out the descriptions or the method.";
        }

        if (writers.DistinctBy(peft => peft.PromptTemplate).Count() > 1)
        {
            yield return $"Peft: {string.Join(" and ", writers.Select(peft => $"'{peft.Type}' ({peft.PromptTemplate})"))} each bring "
                + "their own words for the class texts. Use one of them.";
        }
    }

    // Missing values and those out of range are reported already.
    private static IEnumerable<PeftOptions> Methods(FineTuningRecipe recipe) =>
        recipe.Peft.IsDefault ? [] : recipe.Peft.OfType<PeftOptions>().Where(peft => OptionsValidator.Errors(peft).Count == 0);
}
