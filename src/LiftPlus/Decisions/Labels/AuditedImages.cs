namespace LiftPlus.Decisions;

/// <summary>Represents what an audit knows about N images.</summary>
/// <param name="Features">The features (N, D).</param>
/// <param name="Labels">The given labels, 0 to C - 1.</param>
/// <param name="Hashes">What each image looks like, the same for images of the same pixels.</param>
/// <param name="Looks">The coarse colours of each image, of length 1.</param>
internal sealed record AuditedImages(Rows Features, int[] Labels, IReadOnlyList<UInt128> Hashes, Rows Looks)
{
    /// <summary>Gets the place of each image in the list that they were read from.</summary>
    public IReadOnlyList<int> Places { get; init; } = [];

    /// <summary>Gets the logits (N, C) by the texts of the classes; of width 0 if the backbone does not read texts.</summary>
    public Rows Texts { get; init; }

    /// <summary>Returns some of the images, in the order given.</summary>
    public AuditedImages Take(IReadOnlyList<int> rows) =>
        new(Features.Take(rows), [.. rows.Select(row => Labels[row])], [.. rows.Select(row => Hashes[row])], Looks.Take(rows))
        {
            Places = Places.Count > 0 ? [.. rows.Select(row => Places[row])] : [],
            Texts = Texts.Width > 0 ? Texts.Take(rows) : default,
        };
}
