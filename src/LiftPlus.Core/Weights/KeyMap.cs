using System.Collections.Immutable;
using System.IO.Enumeration;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>
/// One way of naming a model's tensors in a file, as a table. It is read in both directions: to load such a file and to write one.
/// </summary>
internal sealed record KeyMap
{
    /// <summary>Our own names.</summary>
    public static readonly KeyMap Identity = new() { Name = "LiftPlus" };

    /// <summary>Whose naming it is, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>The table; without rows every name stands for itself.</summary>
    public ImmutableArray<KeyRow> Rows { get; init; } = [];

    /// <summary>Names in the file that a model has no use for, with <c>*</c> for any text.</summary>
    public ImmutableArray<string> Ignored { get; init; } = [];

    /// <summary>Names that only files of this kind have; all of them present means the kind is recognised.</summary>
    public ImmutableArray<string> Marks { get; init; } = [];

    /// <summary>Whether the model can do without a tensor of the file.</summary>
    public bool Ignores(string source) =>
        Ignored.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, source, ignoreCase: false));

    /// <summary>The rows of a model with the given names; names that the table does not know have none.</summary>
    public IEnumerable<KeyRow> Expand(IReadOnlyCollection<string> keys)
    {
        if (Rows.IsEmpty)
            return keys.Select(key => new KeyRow(key, key));
        IReadOnlySet<string> known = keys as IReadOnlySet<string> ?? keys.ToHashSet();
        return Rows.SelectMany(row =>
                row.Key.Contains("{n}") ? Enumerable.Range(0, keys.Count).Select(row.At).TakeWhile(at => known.Contains(at.Key)) : [row]
            )
            .Where(row => known.Contains(row.Key));
    }

    /// <summary>A model's tensors under this naming: views, to be written one at a time.</summary>
    /// <exception cref="LiftPlusException">The naming has no place for one of them.</exception>
    public IEnumerable<KeyValuePair<string, Tensor>> ToSource(IReadOnlyDictionary<string, Tensor> tensors)
    {
        KeyRow[] rows = [.. Expand([.. tensors.Keys])];
        string[] homeless = [.. tensors.Keys.Except(rows.Select(row => row.Key))];
        if (homeless.Length > 0)
        {
            throw new LiftPlusException(
                $"The {Name} naming has no name for {string.Join(", ", homeless)}. "
                    + "Merge or detach what was attached to the backbone before it is written."
            );
        }

        return rows.SelectMany(row =>
            row.Sources.Select((source, index) => KeyValuePair.Create(source, row.Slot(tensors[row.Key], index)))
        );
    }

    /// <summary>The row of one of our names, <c>{n}</c> included.</summary>
    public KeyRow? Find(string key) => Rows.FirstOrDefault(row => row.Key == key);
}
