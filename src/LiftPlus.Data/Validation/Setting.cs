using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace LiftPlus.Validation;

/// <summary>Describes a property of an options record that can be set.</summary>
/// <param name="Property">The property.</param>
/// <param name="Attributes">The rules on it, such as its range.</param>
/// <param name="IsRequired">Whether null is an error.</param>
internal sealed record Setting(PropertyInfo Property, ImmutableArray<ValidationAttribute> Attributes, bool IsRequired)
{
    private static readonly ConcurrentDictionary<Type, ImmutableArray<Setting>> s_cache = [];

    /// <summary>Returns the settings of an options type. Computed properties are left out: they may need valid settings.</summary>
    public static ImmutableArray<Setting> Of(Type type) => s_cache.GetOrAdd(type, Read);

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = OptionsValidator.Kept)]
    private static ImmutableArray<Setting> Read(Type type)
    {
        NullabilityInfoContext nullability = new();
        return
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property is { CanRead: true, CanWrite: true } && property.GetIndexParameters().Length == 0)
                .Select(property => new Setting(
                    property,
                    [.. property.GetCustomAttributes<ValidationAttribute>()],
                    nullability.Create(property).WriteState == NullabilityState.NotNull
                )),
        ];
    }
}
