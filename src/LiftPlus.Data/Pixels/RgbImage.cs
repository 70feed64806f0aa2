using System.Runtime.InteropServices;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Represents an 8-bit RGB image in pooled memory. Crops and shares refer to the same pixels without a copy, so only the code that creates
/// an image writes its pixels, before passing it on. The memory is returned when the last handle is disposed.
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

    /// <summary>Gets the number of columns.</summary>
    public int Width { get; }

    /// <summary>Gets the number of rows.</summary>
    public int Height { get; }

    /// <summary>Gets the number of bytes from a pixel to the one below it.</summary>
    internal int Stride { get; }

    /// <summary>Creates an image whose pixels are not yet set: pooled memory still has its former content.</summary>
    /// <param name="width">The number of columns, 1 or more.</param>
    /// <param name="height">The number of rows, 1 or more.</param>
    public static RgbImage Create(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        int bytes = checked(width * 4 * height);
        return new RgbImage(new PixelBuffer(bytes), 0, width * 4, width, height);
    }

    /// <summary>Copies pixels from memory.</summary>
    /// <param name="pixels">The pixels, row after row from the top.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="height">The number of rows.</param>
    /// <param name="stride">The number of bytes from a row to the next; null if rows follow each other without padding.</param>
    /// <param name="format">The order of a pixel's bytes.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit the size, or the stride is shorter than a row.</exception>
    public static RgbImage FromPixels(
        ReadOnlySpan<byte> pixels,
        int width,
        int height,
        int? stride = null,
        PixelFormat format = PixelFormat.Rgb
    )
    {
        (int size, int red, int blue) = format switch
        {
            PixelFormat.Rgb => (3, 0, 2),
            PixelFormat.Bgr => (3, 2, 0),
            PixelFormat.Rgba => (4, 0, 2),
            PixelFormat.Bgra => (4, 2, 0),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };
        long rowLength = (long)size * width,
            rowDistance = stride ?? rowLength,
            length = rowDistance * (height - 1L) + rowLength;
        if (rowDistance < rowLength)
            throw new ArgumentException($"A stride of {stride} bytes is shorter than a row of {rowLength} bytes.", nameof(stride));
        if (pixels.Length < length || (stride is null && pixels.Length > length))
            throw new ArgumentException($"{pixels.Length} bytes for {width}x{height} pixels of {size} bytes.", nameof(pixels));
        RgbImage image = Create(width, height);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> from = pixels.Slice((int)(y * rowDistance), (int)rowLength);
            int at = 0;
            foreach (ref RgbPixel pixel in image.Row(y))
            {
                pixel = new RgbPixel(from[at + red], from[at + 1], from[at + blue]);
                at += size;
            }
        }

        return image;
    }

    /// <summary>Returns the pixels of one row.</summary>
    public Span<RgbPixel> Row(int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return MemoryMarshal.Cast<byte, RgbPixel>(Buffer.AsSpan(_offset + y * Stride, Width * 4));
    }

    /// <summary>Returns a part of the image that shares its pixels. The caller disposes both, in any order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The box is empty or extends outside the image.</exception>
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

    /// <summary>Returns another handle to the same pixels.</summary>
    public RgbImage Share() => Crop(new PixelBox(0, 0, Width, Height));

    /// <summary>
    /// Returns an image of another size, bit-identical to Pillow's antialiased bicubic filter. After a crop, only the crop's pixels count.
    /// </summary>
    /// <param name="width">The number of columns of the result.</param>
    /// <param name="height">The number of rows of the result.</param>
    public RgbImage Resize(int width, int height) => Resize(width, height, ResizeFilter.Bicubic);

    /// <summary>Returns an image of another size, bit-identical to Pillow's antialiased filter.</summary>
    internal RgbImage Resize(int width, int height, ResizeFilter filter) => Resampler.Resize(this, width, height, filter);

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

    /// <summary>
    /// Gets the first pixel. Rows follow at <see cref="Stride"/>, and <see cref="PixelBuffer.Margin"/> bytes follow the last row of the
    /// buffer.
    /// </summary>
    internal ref byte Origin => ref Buffer[_offset];

    private byte[] Buffer => (_buffer ?? throw new ObjectDisposedException(nameof(RgbImage))).Bytes;
}
