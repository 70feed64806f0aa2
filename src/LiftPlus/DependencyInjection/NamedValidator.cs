using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace LiftPlus.DependencyInjection;

/// <summary>Checks one set of options with a generated validator, and names what is wrong by its configuration path.</summary>
/// <param name="name">The options' name.</param>
/// <param name="path">The configuration section's path; null where the options were set by code.</param>
/// <param name="inner">The generated validator.</param>
internal sealed partial class NamedValidator<TOptions>(string name, string? path, IValidateOptions<TOptions> inner)
    : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? optionsName, TOptions options)
    {
        if (optionsName != name)
            return ValidateOptionsResult.Skip;
        string place = path ?? typeof(TOptions).Name;
        ValidateOptionsResult result = inner.Validate(place, options);
        return result.Failed ? ValidateOptionsResult.Fail(result.Failures.Select(Name)) : result;

        // "Property MaxPixels: The field App:Classifier.Limits.MaxPixels must ..."
        string Name(string failure) =>
            Regex.Replace(
                Property().Replace(failure, ""),
                $@"{Regex.Escape(place)}(\.\w+)+",
                match => match.Value.Replace('.', path is null ? '.' : ':'),
                RegexOptions.CultureInvariant
            );
    }

    [GeneratedRegex(@"^Property [\w, ]+: ")]
    private static partial Regex Property();
}
