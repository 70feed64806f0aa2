namespace LiftPlus.Decisions;

/// <summary>Finds images that are copies of each other.</summary>
internal static class CopyGroups
{
    // Two images with similar features may show the same thing twice. Copies also have the same coarse colours in the same places.
    private const double LookSimilarity = 0.95;

    /// <summary>Returns a number for each image: the place of the first image with the same pixels.</summary>
    public static int[] Exact(IReadOnlyList<UInt128> hashes)
    {
        Dictionary<UInt128, int> first = [];
        int[] groups = new int[hashes.Count];
        for (int row = 0; row < groups.Length; row++)
        {
            first.TryAdd(hashes[row], row);
            groups[row] = first[hashes[row]];
        }

        return groups;
    }

    /// <summary>Returns the pairs of images that look almost the same, as places in two lists.</summary>
    /// <param name="nearest">The images of the second list that are most similar to each of the first.</param>
    /// <param name="looks">The coarse colours of the first list, of length 1.</param>
    /// <param name="others">Those of the second list.</param>
    /// <param name="similarity">The least cosine of the features; 1 for no pairs.</param>
    public static IEnumerable<(int Row, int Other, float Cosine)> Near(Nearest nearest, Rows looks, Rows others, double similarity)
    {
        for (int row = 0; row < looks.Count && similarity < 1; row++)
        {
            foreach ((int place, float cosine) in nearest.Of(row).TakeWhile(other => other.Cosine >= similarity))
            {
                if (Vectors.Dot(looks[row], others[place]) >= LookSimilarity)
                    yield return (row, place, cosine);
            }
        }
    }

    /// <summary>Joins the groups of pairs. The number of a group is the place of its first image.</summary>
    public static int[] Join(int[] groups, IEnumerable<(int Row, int Other)> pairs)
    {
        int[] root = [.. groups];
        foreach ((int row, int other) in pairs)
        {
            (int a, int b) = (Root(row), Root(other));
            root[Math.Max(a, b)] = Math.Min(a, b);
        }

        return [.. Enumerable.Range(0, root.Length).Select(Root)];

        int Root(int row)
        {
            while (root[row] != row)
                row = root[row];
            return row;
        }
    }
}
