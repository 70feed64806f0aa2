namespace LiftPlus.Data;

/// <summary>
/// Decides when a JPEG is decoded at 1/2, 1/4 or 1/8 of its size: only if the part to keep still has at least as many pixels as it is
/// resized to. A JPEG stores blocks of 8 x 8 frequencies, so decoding a smaller image costs less.
/// </summary>
internal static class ReducedScale
{
    /// <summary>Returns how many times smaller a part may be decoded: 1, 2, 4 or 8.</summary>
    /// <param name="part">The part to keep, in the image's own pixels.</param>
    /// <param name="outputSize">The short side that it is resized to later; null if it keeps its size.</param>
    public static int FactorFor(PixelBox part, int? outputSize)
    {
        int factor = 1;
        while (factor < 8 && outputSize is int size && Math.Min(part.Width, part.Height) >= 2L * factor * size)
            factor *= 2;
        return factor;
    }

    /// <summary>Maps a part of an image to a smaller version of it: corners to the nearest pixel, at least one pixel.</summary>
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
