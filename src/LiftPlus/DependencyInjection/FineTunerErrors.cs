using LiftPlus.Recipe;
using LiftPlus.Validation;

namespace LiftPlus.DependencyInjection;

/// <summary>Finds the errors in a fine-tuner's options.</summary>
internal static class FineTunerErrors
{
    /// <summary>
    /// Returns all errors. Settings of the recipe are named without <c>Recipe</c>, because configuration has them beside the rest.
    /// </summary>
    public static IEnumerable<string> Of(LongTailFineTunerOptions options)
    {
        if (options.Recipe is null)
            return ["Recipe: the value is missing. Set it, or leave it at its default."];
        LongTailFineTunerOptions rest = options with { Recipe = new FineTuningRecipe() };
        string[] errors = [.. RecipeValidator.Errors(options.Recipe), .. OptionsValidator.Errors(rest)];
        return options.Recipe.Backbone is null && options.Configure is null
            ? errors.Prepend("Backbone: the value is missing. Give a Hugging Face folder or id, or a weight file.")
            : errors;
    }
}
