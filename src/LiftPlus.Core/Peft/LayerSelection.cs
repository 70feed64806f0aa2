using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LiftPlus;

/// <summary>
/// Specifies which blocks of a tower get a method: all of them, the last k, or a list of 0-based block numbers. In json it is <c>"all"</c>,
/// <c>"last 4"</c> or <c>"0, 2, 5"</c>.
/// </summary>
public sealed class LayerSelection : IEquatable<LayerSelection>
{
    private readonly int _last; // -1: not "last k"
    private readonly ImmutableArray<int> _list; // default: not a list

    private LayerSelection(int last, ImmutableArray<int> list)
    {
        _last = last;
        _list = list;
    }

    /// <summary>Gets the selection of every block.</summary>
    public static LayerSelection All { get; } = new(-1, default);

    /// <summary>Creates the selection of the last <paramref name="count"/> blocks.</summary>
    /// <exception cref="LiftPlusException">The count is below 1.</exception>
    public static LayerSelection Last(int count) =>
        count >= 1
            ? new LayerSelection(count, default)
            : throw new LiftPlusException($"'last {count}' selects no block; give a count of 1 or more.");

    /// <summary>Creates the selection of the listed blocks, 0-based, each once.</summary>
    /// <exception cref="LiftPlusException">The list is empty, or a number is negative or given twice.</exception>
    public static LayerSelection From(params IEnumerable<int> layers)
    {
        ImmutableArray<int> list = [.. layers.Order()];
        if (list.IsEmpty)
            throw new LiftPlusException("The list of layers is empty; name at least one block, or use 'all'.");
        if (list[0] < 0 || list.Distinct().Count() != list.Length)
            throw new LiftPlusException($"The list of layers {string.Join(", ", list)} must hold block numbers of 0 or more, each once.");
        return new LayerSelection(-1, list);
    }

    /// <summary>Returns the block numbers in a tower of <paramref name="depth"/> blocks, ascending.</summary>
    /// <exception cref="LiftPlusException">The tower has fewer blocks than the selection names.</exception>
    public IReadOnlyList<int> Resolve(int depth)
    {
        if (!_list.IsDefault)
        {
            return _list[^1] < depth
                ? _list
                : throw new LiftPlusException(
                    $"Layer {_list[^1]} was selected, but the tower has {depth} blocks, numbered 0 to {depth - 1}."
                );
        }

        if (_last > depth)
            throw new LiftPlusException($"The last {_last} layers were selected, but the tower has only {depth} blocks.");
        int count = _last < 0 ? depth : _last;
        return [.. Enumerable.Range(depth - count, count)];
    }

    /// <summary>Reads <c>"all"</c>, <c>"last 4"</c> or <c>"0, 2, 5"</c>.</summary>
    /// <exception cref="LiftPlusException">The text has none of these forms.</exception>
    public static LayerSelection Parse(string text)
    {
        string trimmed = text.Trim();
        if (trimmed.Equals("all", StringComparison.OrdinalIgnoreCase))
            return All;
        if (trimmed.StartsWith("last ", StringComparison.OrdinalIgnoreCase) && TryNumber(trimmed[5..], out int count))
            return Last(count);
        string[] parts = trimmed.Split(',');
        int[] numbers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!TryNumber(parts[i], out numbers[i]))
                throw new LiftPlusException($"Layers '{text}' cannot be read; write \"all\", \"last 4\" or a list such as \"0, 2, 5\".");
        }

        return From(numbers);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        !_list.IsDefault ? string.Join(", ", _list)
        : _last < 0 ? "all"
        : $"last {_last}";

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] LayerSelection? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerSelection);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static bool TryNumber(string text, out int value) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
