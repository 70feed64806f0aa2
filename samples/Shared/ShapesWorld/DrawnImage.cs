using System.Runtime.InteropServices;
using SkiaSharp;

namespace LiftPlus.Samples.Shapes;

/// <summary>Represents a square image: RGB bytes, row by row, Size x Size x 3.</summary>
public sealed class DrawnImage(int size, byte[] pixels)
{
    public int Size { get; } = size;

    public byte[] Pixels { get; } = pixels;

    /// <summary>Converts to the library's image type; the caller disposes it.</summary>
    public RgbImage ToImage() => RgbImage.FromPixels(Pixels, Size, Size);

    public byte[] ToPng()
    {
        using SKBitmap bitmap = ToBitmap();
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    public SKBitmap ToBitmap()
    {
        SKBitmap bitmap = new(new SKImageInfo(Size, Size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        byte[] target = new byte[Size * Size * 4];
        for (int i = 0; i < Size * Size; i++)
        {
            Pixels.AsSpan(i * 3, 3).CopyTo(target.AsSpan(i * 4));
            target[i * 4 + 3] = 255;
        }

        Marshal.Copy(target, 0, bitmap.GetPixels(), target.Length);
        return bitmap;
    }

    /// <summary>Converts an RGBA bitmap and drops alpha.</summary>
    internal static DrawnImage FromBitmap(SKBitmap bitmap)
    {
        ReadOnlySpan<byte> source = bitmap.GetPixelSpan();
        byte[] pixels = new byte[bitmap.Width * bitmap.Height * 3];
        for (int i = 0; i < bitmap.Width * bitmap.Height; i++)
            source.Slice(i * 4, 3).CopyTo(pixels.AsSpan(i * 3));
        return new DrawnImage(bitmap.Width, pixels);
    }
}
