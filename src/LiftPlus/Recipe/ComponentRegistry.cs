using System.Diagnostics.CodeAnalysis;
using LiftPlus.Classifiers;
using LiftPlus.Losses;
using LiftPlus.Optimization;

namespace LiftPlus;

/// <summary>
/// Maps kinds and <c>Type</c> names to options records. Only reading a file needs it; code creates options directly. Add your own records
/// before you read a recipe that names them.
/// </summary>
public sealed class ComponentRegistry
{
    private readonly List<(Type Type, Func<object, string> TypeName)> _kinds = [];
    private readonly SortedDictionary<(string Kind, string Type), Type> _types = [];

    /// <summary>Creates an empty registry for methods, classifiers, losses and optimizers.</summary>
    public ComponentRegistry()
    {
        AddKind<PeftOptions>(peft => peft.Type);
        AddKind<ClassifierOptions>(classifier => classifier.Type);
        AddKind<LossOptions>(loss => loss.Type);
        AddKind<OptimizerOptions>(optimizer => optimizer.Type);
    }

    /// <summary>Adds a kind of options records. Adding it again has no effect.</summary>
    /// <param name="typeName">Returns the <c>Type</c> name of a record.</param>
    /// <typeparam name="TBase">The base type of every record of the kind.</typeparam>
    /// <returns>This registry.</returns>
    public ComponentRegistry AddKind<TBase>(Func<TBase, string> typeName)
        where TBase : class
    {
        if (!_kinds.Exists(kind => kind.Type == typeof(TBase)))
            _kinds.Add((typeof(TBase), options => typeName((TBase)options)));
        return this;
    }

    /// <summary>Adds an options record under its <c>Type</c> name.</summary>
    /// <returns>This registry.</returns>
    /// <exception cref="LiftPlusException">The type is not an options record, or another record has the name.</exception>
    public ComponentRegistry Add<TOptions>()
        where TOptions : class, new() => Add(new TOptions());

    /// <inheritdoc cref="Add{TOptions}()"/>
    public ComponentRegistry Add(object options)
    {
        Type type = options.GetType();
        int at = _kinds.FindIndex(kind => kind.Type.IsAssignableFrom(type));
        if (at < 0)
        {
            throw new LiftPlusException(
                $"{type.FullName} is no options record; derive it from {string.Join(", ", _kinds.Select(kind => kind.Type.Name))}."
            );
        }

        (Type kind, string name) = (_kinds[at].Type, _kinds[at].TypeName(options));
        if (_types.TryGetValue((kind.Name, name), out Type? existing) && existing != type)
            throw new LiftPlusException($"'{name}' names {existing.FullName} already; give {type.FullName} another Type name.");
        _types[(kind.Name, name)] = type;
        return this;
    }

    /// <summary>Finds the record type that a name stands for.</summary>
    public bool TryFind(Type kind, string name, [NotNullWhen(true)] out Type? options) =>
        _types.TryGetValue((kind.Name, name), out options);

    /// <summary>Returns the known names of a kind, in ordinal order.</summary>
    public IReadOnlyList<string> Names(Type kind) => [.. _types.Keys.Where(key => key.Kind == kind.Name).Select(key => key.Type)];
}
