using System.Collections.Immutable;
using System.IO.Enumeration;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>
/// Represents one naming of a model's tensors in a file, as a table. It is used in both directions: to load such a file and to write one.
/// </summary>
internal sealed record KeyMap
{
    /// <summary>Our own names.</summary>
    public static readonly KeyMap Identity = new() { Name = "LiftPlus" };

    /// <summary>Gets whose naming it is, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Gets the table; without rows every name stands for itself. Rows with the same key are alternatives: the first one counts, unless
    /// "For" has chosen another.
    /// </summary>
    public ImmutableArray<KeyRow> Rows { get; init; } = [];

    /// <summary>Gets the names in the file that a model does not need, with <c>*</c> for any text.</summary>
    public ImmutableArray<string> Ignored { get; init; } = [];

    /// <summary>Gets the names that identify such a file: if all are present, the naming is recognized.</summary>
    public ImmutableArray<string> Marks { get; init; } = [];

    /// <summary>Returns the table with the alternatives that a file has; of those that it does not have the first.</summary>
    public KeyMap For(WeightSource file) => Choose(row => row.IsIn(file));

    /// <summary>Returns the table with the alternatives under which an architecture of the given variants is written.</summary>
    public KeyMap For(IReadOnlySet<string> variants) => Choose(row => row.Variant is string variant && variants.Contains(variant));

    private KeyMap Choose(Func<KeyRow, bool> suits) =>
        this with
        {
            Rows = [.. Rows.GroupBy(row => row.Key).Select(rows => rows.FirstOrDefault(suits) ?? rows.First())],
        };

    /// <summary>Returns whether a tensor of the file belongs to such a model, needed or not.</summary>
    public bool Knows(string source) =>
        Rows.Any(row => row.Sources.Any(name => name == source || name == WithoutNumbers(source))) || Ignores(source);

    /// <summary>Returns whether the model does not need a tensor of the file.</summary>
    public bool Ignores(string source) =>
        Ignored.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, source, ignoreCase: false));

    /// <summary>Returns the rows of a model with the given names. Names that are not in the table are left out.</summary>
    public IEnumerable<KeyRow> Expand(IReadOnlyCollection<string> keys)
    {
        if (Rows.IsEmpty)
            return keys.Select(key => new KeyRow(key, key));
        IReadOnlySet<string> known = keys as IReadOnlySet<string> ?? keys.ToHashSet();
        return Rows.DistinctBy(row => row.Key)
            .SelectMany(row =>
                row.Key.Contains("{n}") ? Enumerable.Range(0, keys.Count).Select(row.At).TakeWhile(at => known.Contains(at.Key)) : [row]
            )
            .Where(row => known.Contains(row.Key));
    }

    /// <summary>Returns a model's tensors under this naming: views, to be written one at a time.</summary>
    /// <exception cref="LiftPlusException">The naming has no place for one of them.</exception>
    public IEnumerable<KeyValuePair<string, Tensor>> ToSource(IReadOnlyDictionary<string, Tensor> tensors)
    {
        KeyRow[] rows = [.. Expand([.. tensors.Keys])];
        string[] unplaced = [.. tensors.Keys.Except(rows.Select(row => row.Key))];
        if (unplaced.Length > 0)
        {
            throw new LiftPlusException(
                $"The {Name} naming has no name for {string.Join(", ", unplaced)}. "
                    + "Merge or detach what was attached to the backbone before it is written."
            );
        }

        foreach (KeyRow row in rows)
            RequireZero(row, tensors[row.Key]);
        return rows.SelectMany(row =>
            row.Sources.Select((source, index) => KeyValuePair.Create(source, row.Slot(tensors[row.Key], index)))
        );
    }

    private void RequireZero(KeyRow row, Tensor tensor)
    {
        using Tensor? blank = row.BlankOf(tensor);
        using Tensor? nonzero = blank?.count_nonzero();
        if (nonzero?.item<long>() > 0)
            throw new LiftPlusException(
                $"The {Name} naming has no place for a part of {row.Key} that is not 0 any more. Choose another WeightNaming."
            );
    }

    // With {n} for the number of a block; "layer1" is not such a number.
    private static string WithoutNumbers(string name) =>
        string.Join('.', name.Split('.').Select(part => part.All(char.IsAsciiDigit) ? "{n}" : part));

    /// <summary>Returns the row of one of our names, including <c>{n}</c>.</summary>
    public KeyRow? Find(string key) => Rows.FirstOrDefault(row => row.Key == key);
}
