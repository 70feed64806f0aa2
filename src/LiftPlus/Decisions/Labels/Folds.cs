using LiftPlus.Data;

namespace LiftPlus.Decisions;

/// <summary>
/// Divides images into parts of which each is predicted by a classifier of the others. Copies stay together, and every class has images in
/// the other parts. What an image looks like decides its part, so that the order of the images changes nothing.
/// </summary>
internal static class Folds
{
    /// <summary>The part of images that are never predicted: the only one of a class, and its copies.</summary>
    public const int Never = -1;

    /// <summary>Returns the part of each image.</summary>
    /// <param name="groups">A number for each image, the same for copies.</param>
    /// <param name="hashes">What each image looks like.</param>
    /// <param name="labels">The labels.</param>
    /// <param name="folds">The number of parts.</param>
    /// <param name="seed">The seed of the division.</param>
    public static int[] Assign(int[] groups, IReadOnlyList<UInt128> hashes, int[] labels, int folds, int seed)
    {
        int[] fold = new int[labels.Length];
        Array.Fill(fold, Never);
        var byClass = Enumerable
            .Range(0, labels.Length)
            .GroupBy(row => groups[row])
            .Select(rows => (Rows: rows.ToArray(), First: rows.MinBy(row => (hashes[row], labels[row]))))
            .GroupBy(group => labels[group.First]);
        foreach (var ofClass in byClass)
        {
            (ulong Key, int[] Rows)[] ordered =
            [
                .. ofClass.Select(group => (Key(hashes[group.First]), group.Rows)).OrderBy(group => group.Item1),
            ];
            if (ordered.Length < 2)
                continue;
            int start = (int)(ordered[0].Key % (ulong)folds);
            foreach ((int place, (_, int[] rows)) in ordered.Index())
            {
                foreach (int row in rows)
                    fold[row] = (start + place) % folds;
            }
        }

        return fold;

        ulong Key(UInt128 hash)
        {
            var random = new StreamRandom(seed, (int)(uint)(hash >> 32), (int)(uint)hash);
            return ((ulong)random.NextWord() << 32) | random.NextWord();
        }
    }
}
