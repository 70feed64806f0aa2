using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;

namespace LiftPlus;

/// <summary>Checks a recipe as a whole: ranges of every option and the rules across them. Collects every error before it reports any.</summary>
internal static class RecipeValidator
{
    public static IReadOnlyList<string> Errors(FineTuningRecipe recipe)
    {
        List<string> errors = [];
        Annotations(errors, "Training", recipe.Training);
        Annotations(errors, "Training.Optimizer", recipe.Training.Optimizer);
        for (int i = 0; i < recipe.Training.ParameterGroups.Length; i++)
            Annotations(errors, $"Training.ParameterGroups[{i}]", recipe.Training.ParameterGroups[i]);
        if (recipe.Training.EarlyStopping is EarlyStoppingOptions stopping)
            Annotations(errors, "Training.EarlyStopping", stopping);
        Annotations(errors, "Sampler", recipe.Sampler);
        Annotations(errors, "Inference", recipe.Inference);
        Annotations(errors, "Classifier", recipe.Classifier);
        Annotations(errors, "Loss", recipe.Loss);
        errors.AddRange(recipe.BackboneOptions.Validate().Select(error => $"BackboneOptions: {error}"));
        errors.AddRange(recipe.Classifier.Validate().Select(error => $"Classifier: {error}"));
        errors.AddRange(recipe.Loss.Validate().Select(error => $"Loss: {error}"));
        errors.AddRange(recipe.Sampler.Validate().Select(error => $"Sampler: {error}"));
        for (int i = 0; i < recipe.Peft.Length; i++)
        {
            Annotations(errors, $"Peft[{i}]", recipe.Peft[i]);
            errors.AddRange(recipe.Peft[i].Validate().Select(error => $"Peft[{i}] ({recipe.Peft[i].Type}): {error}"));
        }

        TrainingOptions training = recipe.Training;
        if (training.AccumulationSteps >= 1 && training.BatchSize % training.AccumulationSteps != 0)
        {
            errors.Add(
                $"Training.BatchSize: {training.BatchSize} cannot be split into {training.AccumulationSteps} micro-batches; "
                    + "choose a multiple of Training.AccumulationSteps."
            );
        }

        if (
            recipe.Classifier.HasWeight
            && recipe.Peft.FirstOrDefault(peft =>
                peft.Tower == Tower.Text || peft is CoOpOptions or ClipAdapterOptions or ProjectionTuningOptions
            )
                is PeftOptions text
        )
        {
            errors.Add(
                $"Peft: '{text.Type}' changes texts or the joint space, which the classifier '{recipe.Classifier.Type}' does not look at; "
                    + "use the text classifier (UseTextClassifier)."
            );
        }

        if (!recipe.Classifier.HasWeight && recipe.Initialization != ClassifierInitialization.Auto)
            errors.Add(
                $"Initialization: {recipe.Initialization} was chosen, but the classifier '{recipe.Classifier.Type}' has no weights; leave it at Auto."
            );
        foreach (string template in recipe.PromptTemplates.Where(template => !template.Contains("{}", StringComparison.Ordinal)))
            errors.Add($"PromptTemplates: '{template}' has no place for the class name; write {{}} where it belongs.");
        if (recipe.PromptTemplates.IsEmpty)
            errors.Add("PromptTemplates: the list is empty; give at least one, such as 'a photo of a {}.'.");
        foreach ((string name, ImmutableArray<string> texts) in recipe.ClassDescriptions)
        {
            if (texts.IsDefaultOrEmpty || texts.Any(string.IsNullOrWhiteSpace))
                errors.Add(
                    $"ClassDescriptions: the class '{name}' has no text or an empty one; give at least one, or leave the class out."
                );
        }

        if (recipe.ClassDescriptions.Count > 0 && recipe.Peft.Any(peft => peft is CoOpOptions))
            errors.Add("ClassDescriptions: learned context ('coop') brings its own words for every class; leave out one of the two.");
        foreach (
            IGrouping<(Tower, string), PeftOptions> group in recipe
                .Peft.GroupBy(peft => (peft.Tower, peft.Type))
                .Where(group => group.Count() > 1)
        )
            errors.Add(
                $"Peft: '{group.Key.Item2}' is added {group.Count()} times to the {group.Key.Item1} tower; add it once, with the layers of both."
            );
        return errors;
    }

    public static IReadOnlyList<string> Errors(string folder, CheckpointOptions checkpoints)
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(folder))
            errors.Add("Checkpoints: the folder has no name; give UseCheckpoints a path.");
        Annotations(errors, "Checkpoints", checkpoints);
        if (checkpoints.Every is TimeSpan every && every <= TimeSpan.Zero)
            errors.Add($"Checkpoints.Every: the value is {every}. Give a positive time, or null for none.");
        return errors;
    }

    public static void ThrowIfInvalid(FineTuningRecipe recipe, IEnumerable<string>? more = null)
    {
        string[] errors = [.. Errors(recipe), .. more ?? []];
        if (errors.Length > 0)
            throw new RecipeException(errors);
    }

    public static void Annotations(List<string> errors, string path, object options)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        foreach (ValidationResult result in results)
        {
            string name = result.MemberNames.FirstOrDefault() ?? "";
            object? value = options.GetType().GetProperty(name)?.GetValue(options);
            errors.Add($"{path}.{name}: the value is {value ?? "missing"}. {result.ErrorMessage}");
        }
    }
}

/// <summary>A recipe with errors: all of them at once, each with its setting, the value seen and the next step.</summary>
public sealed class RecipeException : LiftPlusException
{
    internal RecipeException(IReadOnlyList<string> errors)
        : base(
            "The recipe cannot be used. Validation errors:" + string.Concat(errors.Select(error => $"{Environment.NewLine}  {error}"))
        ) => Errors = errors;

    /// <summary>The errors, one line each.</summary>
    public IReadOnlyList<string> Errors { get; }
}
