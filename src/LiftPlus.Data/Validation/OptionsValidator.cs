using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LiftPlus.Validation;

/// <summary>
/// Checks options records of every kind by the same rules: values that are missing, ranges given as attributes, undefined enum values, NaN,
/// and the rules of the record itself. Follows nested records, lists and dictionaries.
/// </summary>
[UnconditionalSuppressMessage("Trimming", "IL2026", Justification = Kept)]
[UnconditionalSuppressMessage("Trimming", "IL2070", Justification = Kept)]
[UnconditionalSuppressMessage("Trimming", "IL2072", Justification = Kept)]
internal static class OptionsValidator
{
    /// <summary>
    /// Why trimming does no harm: ILLink.Descriptors.xml of LiftPlus.OnnxRuntime names the options that such programs use.
    /// </summary>
    public const string Kept = "The options of programs that may be trimmed are kept as a whole.";

    /// <summary>
    /// Returns all errors in a record; each begins with the path of its setting, such as <c>Training.Optimizer.Momentum</c>.
    /// </summary>
    /// <param name="options">The record.</param>
    /// <param name="path">The path of the record itself; empty for the root.</param>
    public static IReadOnlyList<string> Errors(object options, string path = "")
    {
        List<string> errors = [];
        CheckRecord(options, path, errors);
        return errors;
    }

    /// <summary>Throws one exception with all errors in a record that is used by itself.</summary>
    /// <exception cref="LiftPlusException">The record has errors.</exception>
    public static void ThrowIfInvalid(object options)
    {
        if (Errors(options, options.GetType().Name) is { Count: > 0 } errors)
            throw new LiftPlusException(string.Join(Environment.NewLine, errors));
    }

    private static void CheckRecord(object record, string path, List<string> errors)
    {
        int before = errors.Count;
        foreach (Setting setting in Setting.Of(record.GetType()))
        {
            object? value = setting.Property.GetValue(record);
            string place = path.Length == 0 ? setting.Property.Name : $"{path}.{setting.Property.Name}";
            if (value is null && setting.IsRequired)
                errors.Add(Missing(place));
            else if ((ScalarError(value) ?? AttributeError(record, setting, value)) is string error)
                errors.Add(Wrong(place, value, error));
            else if (value is not null)
                CheckParts(value, place, errors);
        }

        if (errors.Count == before)
            errors.AddRange(OwnErrors(record, path));
    }

    private static void CheckParts(object value, string path, List<string> errors)
    {
        if (IsDefault(value))
        {
            errors.Add(Missing(path));
        }
        else if (value is IDictionary entries)
        {
            foreach (DictionaryEntry entry in entries)
                CheckElement(entry.Value, $"{path}[{entry.Key}]", errors);
        }
        else if (value is IEnumerable elements and not string)
        {
            int index = 0;
            foreach (object? element in elements)
                CheckElement(element, $"{path}[{index++}]", errors);
        }
        else if (IsRecord(value.GetType()))
        {
            CheckRecord(value, path, errors);
        }
    }

    private static void CheckElement(object? element, string path, List<string> errors)
    {
        if (element is null)
            errors.Add(Missing(path));
        else if (ScalarError(element) is string error)
            errors.Add(Wrong(path, element, error));
        else
            CheckParts(element, path, errors);
    }

    private static string? ScalarError(object? value) =>
        value switch
        {
            double.NaN or float.NaN => "Give a number.",
            double number when double.IsInfinity(number) => "Give a finite number.",
            float number when float.IsInfinity(number) => "Give a finite number.",
            Enum choice when !IsDefined(choice) => $"Use {Choices(choice.GetType())}.",
            _ => null,
        };

    private static string? AttributeError(object record, Setting setting, object? value)
    {
        ValidationContext context = new(record) { MemberName = setting.Property.Name };
        return setting
            .Attributes.Select(attribute => attribute.GetValidationResult(value, context))
            .FirstOrDefault(result => result != ValidationResult.Success)
            ?.ErrorMessage;
    }

    private static IEnumerable<string> OwnErrors(object record, string path) =>
        record switch
        {
            ComponentOptions component => component.Validate().Select(error => $"{path} ({component.Type}): {error}"),
            IValidatableObject own => own.Validate(new ValidationContext(record))
                .Select(result => $"{Join(path, result.MemberNames.FirstOrDefault())}: {result.ErrorMessage}"),
            _ => [],
        };

    private static string Join(string path, string? name) =>
        name is null ? path
        : path.Length == 0 ? name
        : $"{path}.{name}";

    private static string Missing(string path) => $"{path}: the value is missing. Set it, or leave the setting at its default.";

    private static string Wrong(string path, object? value, string next) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}: the value is {value ?? "missing"}. {next}");

    private static bool IsDefined(Enum value)
    {
        Type type = value.GetType();
        if (!type.IsDefined(typeof(FlagsAttribute), inherit: false))
            return Enum.IsDefined(type, value);
        long all = Enum.GetValuesAsUnderlyingType(type).Cast<object>().Aggregate(0L, (bits, flag) => bits | Bits(flag));
        return (Bits(value) & ~all) == 0;
    }

    private static long Bits(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static string Choices(Type type) =>
        (type.IsDefined(typeof(FlagsAttribute), inherit: false) ? "a combination of " : "one of ") + string.Join(", ", Enum.GetNames(type));

    // An immutable array that was never set; it cannot be enumerated.
    private static bool IsDefault(object value) =>
        value is IEnumerable && value.GetType().IsValueType && value.Equals(Activator.CreateInstance(value.GetType()));

    // The compiler gives every record class this method.
    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;
}
