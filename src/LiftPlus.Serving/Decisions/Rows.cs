namespace LiftPlus.Decisions;

/// <summary>Represents rows of numbers, such as the logits (N, C) or the features (N, D) of images, one row after the other.</summary>
internal readonly record struct Rows(float[] Values, int Width)
{
    public int Count => Width == 0 ? 0 : Values.Length / Width;

    public ReadOnlySpan<float> this[int row] => Values.AsSpan(row * Width, Width);

    /// <summary>Returns some of the rows, in the order given.</summary>
    public Rows Take(IReadOnlyList<int> rows)
    {
        float[] taken = new float[rows.Count * Width];
        foreach ((int place, int row) in rows.Index())
            this[row].CopyTo(taken.AsSpan(place * Width));
        return new Rows(taken, Width);
    }

    /// <summary>Returns the rows divided by their lengths.</summary>
    public Rows Normalized()
    {
        float[] units = new float[Values.Length];
        for (int row = 0; row < Count; row++)
            Vectors.Normalize(this[row], units.AsSpan(row * Width, Width));
        return new Rows(units, Width);
    }
}
