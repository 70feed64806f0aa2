using System.Runtime.InteropServices;
using SkiaSharp;

namespace LiftPlus.Reports;

/// <summary>Encodes pixels for the page.</summary>
internal static class PageImage
{
    /// <summary>Writes a row of pixels of four bytes each, the last of which is ignored.</summary>
    public delegate void RowWriter(int row, Span<byte> pixels);

    public static byte[] Encode(int width, int height, SKEncodedImageFormat format, int quality, RowWriter write)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        byte[] row = new byte[4 * width];
        for (int y = 0; y < height; y++)
        {
            write(y, row);
            Marshal.Copy(row, 0, bitmap.GetPixels() + y * bitmap.RowBytes, row.Length);
        }

        using SKData data = bitmap.Encode(format, quality);
        return data.ToArray();
    }
}
