using Microsoft.Extensions.Options;

namespace LiftPlus.DependencyInjection;

/// <summary>Everything wrong with a recipe, ranges and the rules across its parts, each under its configuration path.</summary>
/// <param name="name">The options' name.</param>
/// <param name="path">The configuration section's path; null where the options were set by code.</param>
internal sealed class RecipeOptionsValidator(string name, string? path) : IValidateOptions<LongTailFineTunerOptions>
{
    public ValidateOptionsResult Validate(string? optionsName, LongTailFineTunerOptions options)
    {
        if (optionsName != name)
            return ValidateOptionsResult.Skip;
        List<string> errors = [.. RecipeValidator.Errors(options.Recipe)];
        if (options.Recipe.Backbone is null && options.Configure is null)
            errors.Insert(0, "Backbone: none was chosen. Give a Hugging Face folder or id, or a weight file.");
        if (options.CheckpointFolder is string folder)
            errors.AddRange(RecipeValidator.Errors(folder, options.Checkpoints));
        return errors.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(errors.Select(error => ConfigurationPath.Name(path, error)));
    }
}
