namespace LiftPlus.Data;

/// <summary>
/// The rule for decoding a JPEG at 1/2, 1/4 or 1/8 of its size: only where the part that is kept still has as many pixels as it will be
/// resized to. A JPEG stores blocks of 8 x 8 frequencies, so a smaller image costs less than a whole one.
/// </summary>
public static class ReducedScale
{
    /// <summary>How many times smaller a part may be decoded: 1, 2, 4 or 8.</summary>
    /// <param name="part">The part that is kept, in the image's own pixels.</param>
    /// <param name="outputSize">The short side that it will be resized to; null where it is not resized.</param>
    public static int FactorFor(PixelBox part, int? outputSize)
    {
        int factor = 1;
        while (factor < 8 && outputSize is int size && Math.Min(part.Width, part.Height) >= 2L * factor * size)
            factor *= 2;
        return factor;
    }

    /// <summary>Where a part of an image lies in a smaller decoding of it: corners to the nearest pixel, at least one pixel.</summary>
    /// <param name="part">The part in the whole image.</param>
    /// <param name="width">Columns of the whole image.</param>
    /// <param name="height">Rows of the whole image.</param>
    /// <param name="toWidth">Columns of the smaller one.</param>
    /// <param name="toHeight">Rows of the smaller one.</param>
    public static PixelBox Map(PixelBox part, int width, int height, int toWidth, int toHeight)
    {
        (int left, int right) = Map(part.Left, part.Width, width, toWidth);
        (int top, int bottom) = Map(part.Top, part.Height, height, toHeight);
        return new PixelBox(left, top, right - left, bottom - top);
    }

    private static (int Start, int End) Map(int start, int length, int from, int to)
    {
        double scale = (double)to / from;
        int first = Math.Min((int)Math.Round(start * scale), to - 1);
        return (first, Math.Clamp((int)Math.Round((start + length) * scale), first + 1, to));
    }
}
