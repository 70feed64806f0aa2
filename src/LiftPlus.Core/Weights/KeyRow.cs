using System.Collections.Immutable;
using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>Specifies how one of our tensors is stored in a source file. Every way works in both directions.</summary>
internal enum KeyTransform
{
    /// <summary>As it is.</summary>
    Same,

    /// <summary>A matrix, transposed in the file.</summary>
    Transposed,

    /// <summary>Several tensors in the file, one below the other in ours (query, key and value in a fused projection).</summary>
    Rows,

    /// <summary>
    /// One more leading axis of length 1 for each missing to rank 3 in the file (timm's class token and position embedding).
    /// </summary>
    RankThree,

    /// <summary>A scalar, with one axis of length 1 in the file.</summary>
    RankOne,
}

/// <summary>Represents one of our tensors and its place in a source file. Keys may contain <c>{n}</c> for a block's number.</summary>
internal sealed record KeyRow(string Key, ImmutableArray<string> Sources, KeyTransform Transform = KeyTransform.Same)
{
    public KeyRow(string key, string source, KeyTransform transform = KeyTransform.Same)
        : this(key, [source], transform) { }

    /// <summary>
    /// Gets, for <see cref="KeyTransform.Rows"/>, how many parts of our tensor each source contains; all parts have the same height.
    /// </summary>
    public ImmutableArray<int> Parts { get; init; } = [.. Sources.Select(_ => 1)];

    /// <summary>
    /// Gets the number of the third of ours that the file does not have, from 0; null if it has all of it. It is 0 here: sources in rows
    /// fill the other two, and of a single source it is dropped.
    /// </summary>
    public int? Blank { get; init; }

    /// <summary>
    /// Gets the variant of an architecture that is written so, of several rows with the same key; null for all others. A file is read by
    /// the row whose sources it has.
    /// </summary>
    public string? Variant { get; init; }

    /// <summary>Returns whether a file has the sources, those of the first block if they are of blocks.</summary>
    public bool IsIn(WeightSource file) => At(0).Sources.All(file.Tensors.ContainsKey);

    /// <summary>Fills ours from a file.</summary>
    public void Fill(Tensor ours, WeightSource file)
    {
        for (int i = 0; i < Sources.Length; i++)
        {
            using Tensor slot = Slot(ours, i);
            file.CopyTo(Sources[i], slot);
        }

        if (BlankOf(ours) is not Tensor blank)
            return;
        blank.zero_();
        blank.Dispose();
    }

    /// <summary>Returns the part of ours that the file does not have, as a view; null if it has all of it.</summary>
    public Tensor? BlankOf(Tensor ours) =>
        Sources.IsEmpty ? ours.alias()
        : Blank is int third ? ours.narrow(0, third * (ours.shape[0] / 3), ours.shape[0] / 3)
        : null;

    /// <summary>Returns the row of one block.</summary>
    public KeyRow At(int block)
    {
        string number = block.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return this with { Key = Key.Replace("{n}", number), Sources = [.. Sources.Select(source => source.Replace("{n}", number))] };
    }

    /// <summary>
    /// Returns the shape that source number <paramref name="index"/> must have if ours has <paramref name="shape"/>; null if no such tensor
    /// exists.
    /// </summary>
    public long[]? SourceShape(long[] shape, int index = 0) =>
        Transform switch
        {
            KeyTransform.Transposed => shape is [long rows, long columns] ? [columns, rows] : null,
            KeyTransform.Rows => shape.Length > 0 && shape[0] % AllParts == 0 ? [shape[0] / AllParts * Parts[index], .. shape[1..]] : null,
            KeyTransform.RankOne => shape.Length == 0 ? [1] : null,
            KeyTransform.RankThree => shape.Length <= 3 ? [.. Enumerable.Repeat(1L, 3 - shape.Length), .. shape] : null,
            _ => shape,
        };

    /// <summary>
    /// Returns the shape that ours has if the (first) source tensor has <paramref name="shape"/> and ours has <paramref name="rank"/> axes;
    /// null if none fits.
    /// </summary>
    public long[]? OurShape(long[] shape, int rank) =>
        Transform switch
        {
            KeyTransform.Transposed when shape is [long rows, long columns] && rank == 2 => [columns, rows],
            KeyTransform.Rows when shape.Length == rank && rank > 0 && shape[0] % Parts[0] == 0 && shape[0] <= long.MaxValue / AllParts =>
            [
                shape[0] / Parts[0] * AllParts,
                .. shape[1..],
            ],
            KeyTransform.RankThree when shape.Length == 3 && shape.Take(3 - rank).All(axis => axis == 1) => shape[(3 - rank)..],
            KeyTransform.Same when shape.Length == rank => shape,
            _ => null,
        };

    /// <summary>Returns the part of ours that source number <paramref name="index"/> fills, as a view in the source's layout.</summary>
    public Tensor Slot(Tensor ours, int index) =>
        Transform switch
        {
            KeyTransform.Transposed => ours.t(),
            KeyTransform.Rows => ours.narrow(
                0,
                (Parts.Take(index).Sum() + (index >= Blank ? 1 : 0)) * (ours.shape[0] / AllParts),
                Parts[index] * (ours.shape[0] / AllParts)
            ),
            KeyTransform.RankThree or KeyTransform.RankOne => ours.view(SourceShape(ours.shape)!),
            _ => ours.alias(),
        };

    private int AllParts => Parts.Sum() + (Blank is null ? 0 : 1);
}
