using System.Diagnostics.CodeAnalysis;
using LiftPlus.Classifiers;
using LiftPlus.Losses;
using LiftPlus.Optimization;

namespace LiftPlus;

/// <summary>
/// Finds an options record by its kind and <c>Type</c> name. Only reading a file needs it: code creates options directly. Add your own
/// records before reading a recipe that names them.
/// </summary>
public sealed class ComponentRegistry
{
    private readonly List<(Type Type, Func<object, string> TypeName)> _kinds = [];
    private readonly SortedDictionary<(string Kind, string Type), Type> _types = [];

    /// <summary>A registry of methods, heads, losses and optimizers that holds none yet.</summary>
    public ComponentRegistry()
    {
        AddKind<PeftOptions>(peft => peft.Type);
        AddKind<ClassifierOptions>(classifier => classifier.Type);
        AddKind<LossOptions>(loss => loss.Type);
        AddKind<OptimizerOptions>(optimizer => optimizer.Type);
    }

    /// <summary>Adds a kind of options records, for an assembly that brings one of its own. Adding it again changes nothing.</summary>
    /// <param name="typeName">Gives a record's <c>Type</c> name.</param>
    /// <typeparam name="TBase">What every record of the kind derives from.</typeparam>
    /// <returns>This registry.</returns>
    public ComponentRegistry AddKind<TBase>(Func<TBase, string> typeName)
        where TBase : class
    {
        if (!_kinds.Exists(kind => kind.Type == typeof(TBase)))
            _kinds.Add((typeof(TBase), options => typeName((TBase)options)));
        return this;
    }

    /// <summary>Adds an options record under its own <c>Type</c> name.</summary>
    /// <returns>This registry.</returns>
    /// <exception cref="LiftPlusException">Not an options record, or another record has the name.</exception>
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

    /// <summary>The record type that a kind's name stands for.</summary>
    public bool TryFind(Type kind, string name, [NotNullWhen(true)] out Type? options) =>
        _types.TryGetValue((kind.Name, name), out options);

    /// <summary>The names known for a kind, in ordinal order.</summary>
    public IReadOnlyList<string> Names(Type kind) => [.. _types.Keys.Where(key => key.Kind == kind.Name).Select(key => key.Type)];
}
