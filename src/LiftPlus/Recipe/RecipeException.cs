namespace LiftPlus;

/// <summary>
/// Represents the errors of a recipe that cannot be used: all of them, each with its setting, its value and the next step.
/// </summary>
public sealed class RecipeException : LiftPlusException
{
    internal RecipeException(IReadOnlyList<string> errors)
        : base(
            "The recipe cannot be used. Validation errors:" + string.Concat(errors.Select(error => $"{Environment.NewLine}  {error}"))
        ) => Errors = errors;

    /// <summary>Gets the errors, one line each.</summary>
    public IReadOnlyList<string> Errors { get; }
}
