using System.Runtime.InteropServices;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// An 8-bit RGB image in pooled memory. Crops and shares look at the same pixels without a copy, so pixels are written only by whoever
/// made the image, before passing it on. Disposing gives the memory back once the last user is gone.
/// </summary>
public sealed class RgbImage : IDisposable
{
    private PixelBuffer? _buffer;
    private readonly int _offset;

    private RgbImage(PixelBuffer buffer, int offset, int stride, int width, int height)
    {
        _buffer = buffer;
        _offset = offset;
        Stride = stride;
        Width = width;
        Height = height;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bytes from a pixel to the one below it.</summary>
    internal int Stride { get; }

    /// <summary>An image whose pixels are still to be written: pooled memory holds what was there before.</summary>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    public static RgbImage Create(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        int bytes = checked(width * 4 * height);
        return new RgbImage(new PixelBuffer(bytes), 0, width * 4, width, height);
    }

    /// <summary>Copies packed pixels: three bytes each, row after row.</summary>
    /// <param name="packed">R, G, B, R, G, B, ...: 3 · width · height bytes.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static RgbImage FromPacked(ReadOnlySpan<byte> packed, int width, int height)
    {
        if (packed.Length != 3L * width * height)
            throw new ArgumentException($"{packed.Length} bytes for {width}x{height} pixels of 3 bytes.", nameof(packed));
        RgbImage image = Create(width, height);
        for (int y = 0, at = 0; y < height; y++)
        {
            foreach (ref RgbPixel pixel in image.Row(y))
            {
                pixel = new RgbPixel(packed[at], packed[at + 1], packed[at + 2]);
                at += 3;
            }
        }

        return image;
    }

    /// <summary>The pixels of one row.</summary>
    public Span<RgbPixel> Row(int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return MemoryMarshal.Cast<byte, RgbPixel>(Buffer.AsSpan(_offset + y * Stride, Width * 4));
    }

    /// <summary>A part of the image that shares its pixels. Both are disposed, in any order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The box is empty or reaches outside.</exception>
    public RgbImage Crop(PixelBox box)
    {
        bool inside =
            box is { Left: >= 0, Top: >= 0, Width: > 0, Height: > 0 } && box.Width <= Width - box.Left && box.Height <= Height - box.Top;
        if (!inside)
            throw new ArgumentOutOfRangeException(nameof(box), box, $"The box lies outside an image of {Width}x{Height}.");
        PixelBuffer buffer = _buffer ?? throw new ObjectDisposedException(nameof(RgbImage));
        buffer.AddUser();
        return new RgbImage(buffer, _offset + box.Top * Stride + box.Left * 4, Stride, box.Width, box.Height);
    }

    /// <summary>The same pixels under a handle of their own.</summary>
    public RgbImage Share() => Crop(new PixelBox(0, 0, Width, Height));

    /// <summary>An image of another size by Pillow's antialiased bicubic filter, bit for bit: crop first and only the crop's pixels count.</summary>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    public RgbImage Resize(int width, int height) => BicubicResampler.Resize(this, width, height);

    /// <summary>Copies the pixels as R, G, B bytes, row after row.</summary>
    /// <returns>3 · width · height bytes.</returns>
    public byte[] ToPacked()
    {
        byte[] packed = new byte[3 * Width * Height];
        for (int y = 0, at = 0; y < Height; y++)
        {
            foreach (RgbPixel pixel in Row(y))
            {
                packed[at++] = pixel.R;
                packed[at++] = pixel.G;
                packed[at++] = pixel.B;
            }
        }

        return packed;
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _buffer, null)?.RemoveUser();

    /// <summary>The first pixel; rows follow at <see cref="Stride"/>, and <see cref="PixelBuffer.Margin"/> bytes follow the last row of the buffer.</summary>
    internal ref byte Origin => ref Buffer[_offset];

    private byte[] Buffer => (_buffer ?? throw new ObjectDisposedException(nameof(RgbImage))).Bytes;
}
