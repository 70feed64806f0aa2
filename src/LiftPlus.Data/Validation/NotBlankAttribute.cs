using System.ComponentModel.DataAnnotations;

namespace LiftPlus.Validation;

/// <summary>Rejects a text that is empty or consists of spaces. Null is accepted.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotBlankAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is not string text || !string.IsNullOrWhiteSpace(text);

    public override string FormatErrorMessage(string name) => ErrorMessage ?? "Give a text that is not blank, or leave the setting out.";
}
