using System.Diagnostics.CodeAnalysis;

namespace LiftPlus;

/// <summary>
/// Finds the type of an options record by its kind (PEFT method, classifier, loss, ...) and its <c>Type</c> name. Only reading a file needs
/// it; code creates options directly. Add your own records before you read a recipe that names them.
/// </summary>
public sealed class ComponentRegistry
{
    private readonly SortedDictionary<(string Kind, string Type), Type> _types = [];

    /// <summary>Adds an options record under its <c>Type</c> name.</summary>
    /// <returns>This registry.</returns>
    /// <exception cref="LiftPlusException">Another record of the same kind has the name.</exception>
    public ComponentRegistry Add<TOptions>()
        where TOptions : ComponentOptions, new() => Add(new TOptions());

    /// <inheritdoc cref="Add{TOptions}()"/>
    public ComponentRegistry Add(ComponentOptions options)
    {
        Type type = options.GetType();
        (string, string) key = (Kind(type).Name, options.Type);
        if (_types.TryGetValue(key, out Type? existing) && existing != type)
            throw new LiftPlusException($"'{options.Type}' already names {existing.FullName}. Give {type.FullName} another Type name.");
        _types[key] = type;
        return this;
    }

    /// <summary>Gets the record type that a name stands for.</summary>
    /// <param name="kind">The kind, such as <see cref="PeftOptions"/>.</param>
    /// <param name="name">The <c>Type</c> name.</param>
    /// <param name="options">Finds the record type that a name stands for.</param>
    /// <returns>Whether the name is known.</returns>
    public bool TryFind(Type kind, string name, [NotNullWhen(true)] out Type? options) =>
        _types.TryGetValue((kind.Name, name), out options);

    /// <summary>Returns the names known for a kind, in ordinal order.</summary>
    public IReadOnlyList<string> Names(Type kind) => [.. _types.Keys.Where(key => key.Kind == kind.Name).Select(key => key.Type)];

    /// <summary>Returns whether a type is a kind: a record directly below <see cref="ComponentOptions"/>.</summary>
    internal static bool IsKind(Type type) => type.BaseType == typeof(ComponentOptions);

    private static Type Kind(Type type) => IsKind(type) ? type : Kind(type.BaseType!);
}
