using Microsoft.Extensions.Options;

namespace LiftPlus.DependencyInjection;

/// <summary>Checks the options of one name and reports each error under its configuration path.</summary>
/// <param name="name">The options' name.</param>
/// <param name="section">The path of the configuration section; null where code sets the options.</param>
/// <param name="errors">Returns the errors, each of which begins with its setting.</param>
internal sealed class NamedValidator<TOptions>(string name, string? section, Func<TOptions, IEnumerable<string>> errors)
    : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? optionsName, TOptions options)
    {
        if (optionsName != name)
            return ValidateOptionsResult.Skip;
        string[] found = [.. errors(options).Select(error => ConfigurationPath.Name(section, error))];
        return found.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }
}
