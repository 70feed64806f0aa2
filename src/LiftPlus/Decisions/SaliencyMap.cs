using System.Collections.Immutable;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Represents where in an image a model sees what speaks for a class: one value for each place of the grid that the backbone divides the
/// prepared image into. It says what the model uses, not what the image shows.
/// </summary>
public sealed record SaliencyMap
{
    internal SaliencyMap() { }

    /// <summary>Gets the label of the class.</summary>
    public required int Label { get; init; }

    /// <summary>Gets the name of the class.</summary>
    public required string ClassName { get; init; }

    /// <summary>Gets the number of places from top to bottom.</summary>
    public required int Rows { get; init; }

    /// <summary>Gets the number of places from left to right.</summary>
    public required int Columns { get; init; }

    /// <summary>
    /// Gets the values (Rows, Columns), row after row: positive where the image speaks for the class, negative where it speaks against it.
    /// They are parts of the logit; compare them within one map only.
    /// </summary>
    public required ImmutableArray<float> Values { get; init; }

    /// <summary>Gets the size of the image in pixels.</summary>
    public required ImageSize ImageSize { get; init; }

    /// <summary>
    /// Gets the part of the image that the map covers, in its pixels: the model sees a square in the middle, and nothing of what lies
    /// outside.
    /// </summary>
    public required PixelBox Region { get; init; }

    /// <summary>Enlarges the map to the whole image, bilinearly. Pixels outside <see cref="Region"/> are 0.</summary>
    /// <param name="size">The size of the result; null for that of the image.</param>
    /// <returns>The values (height, width), row after row.</returns>
    public float[] ToImage(ImageSize? size = null)
    {
        (int width, int height) = size ?? ImageSize;
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1, nameof(size));
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1, nameof(size));
        float[] pixels = new float[checked(width * height)];
        for (int y = 0; y < height; y++)
        {
            if (Place((y + 0.5) * ImageSize.Height / height, Region.Top, Region.Height, Rows) is not double row)
                continue;
            for (int x = 0; x < width; x++)
            {
                if (Place((x + 0.5) * ImageSize.Width / width, Region.Left, Region.Width, Columns) is double column)
                    pixels[y * width + x] = Interpolate(row, column);
            }
        }

        return pixels;
    }

    // Where a point lies in units of places, from the centre of the first one on; null outside the region.
    private static double? Place(double point, int start, int length, int places) =>
        point < start || point >= start + length ? null : Math.Clamp((point - start) / length * places - 0.5, 0, places - 1);

    private float Interpolate(double row, double column)
    {
        int top = (int)row,
            left = (int)column,
            bottom = Math.Min(top + 1, Rows - 1),
            right = Math.Min(left + 1, Columns - 1);
        double down = row - top,
            across = column - left;
        return (float)(
            (1 - down) * ((1 - across) * At(top, left) + across * At(top, right))
            + down * ((1 - across) * At(bottom, left) + across * At(bottom, right))
        );
    }

    private double At(int row, int column) => Values[row * Columns + column];
}
