namespace LiftPlus.Decisions;

/// <summary>Finds the nearest of many vectors of length 1 by comparing all of them.</summary>
internal static class NearestRows
{
    /// <summary>Returns the rows with the largest cosines, largest first; of equal ones the first row is first.</summary>
    /// <param name="rows">Vectors (M, D) of length 1.</param>
    /// <param name="unit">A vector (D) of length 1.</param>
    /// <param name="count">How many are wanted, 1 or more; all if there are fewer.</param>
    public static (int Row, float Cosine)[] Find(Rows rows, ReadOnlySpan<float> unit, int count)
    {
        var nearest = new (int Row, float Cosine)[Math.Min(count, rows.Count)];
        int found = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            float cosine = Vectors.Dot(rows[row], unit);
            bool isFull = found == nearest.Length;
            if (isFull && !(cosine > nearest[^1].Cosine))
                continue;
            int place = isFull ? found - 1 : found++;
            for (; place > 0 && nearest[place - 1].Cosine < cosine; place--)
                nearest[place] = nearest[place - 1];
            nearest[place] = (row, cosine);
        }

        return nearest;
    }
}
