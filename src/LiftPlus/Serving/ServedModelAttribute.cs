using System.ComponentModel.DataAnnotations;

namespace LiftPlus.Serving;

/// <summary>Specifies that options need a model folder, or the names of classes in its place.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ServedModelAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        bool hasModel = !string.IsNullOrWhiteSpace(value as string),
            hasNames = ((ImageClassifierOptions)validationContext.ObjectInstance).IsZeroShot;
        return (hasModel, hasNames) switch
        {
            (false, false) => new ValidationResult(
                $"Give the folder of a model, or {nameof(ImageClassifierOptions.ClassNames)} to classify by their texts."
            ),
            (true, true) => new ValidationResult(
                $"A model has its own classes: leave out {nameof(ImageClassifierOptions.ClassNames)}, or the model."
            ),
            _ => ValidationResult.Success,
        };
    }
}
