using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LiftPlus.Data;

/// <summary>
/// Resizes with an antialiased filter in 8-bit fixed point: rows first, rounded to bytes, then columns. Every result equals Pillow's.
/// </summary>
internal static unsafe class Resampler
{
    private const int Half = 1 << (ResampleTable.Precision - 1);

    public static RgbImage Resize(RgbImage source, int width, int height, ResizeFilter filter) =>
        Resize(source, width, height, new PixelBox(0, 0, width, height), filter);

    /// <summary>Computes only the <paramref name="window"/> of the resized image.</summary>
    public static RgbImage Resize(RgbImage source, int width, int height, PixelBox window, ResizeFilter filter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (width == source.Width && height == source.Height)
            return source.Crop(window);

        using var columns = new ResampleTable(source.Width, width, window.Left, window.Width, filter);
        using var rows = new ResampleTable(source.Height, height, window.Top, window.Height, filter);
        int first = rows.Start(0),
            last = rows.Start(rows.Count - 1) + rows.Length(rows.Count - 1),
            stride = window.Width * 4;
        byte[] between = PixelBuffer.Pool.Rent((last - first) * stride + PixelBuffer.Margin);
        RgbImage result = RgbImage.Create(window.Width, window.Height);
        fixed (
            byte* from = &source.Origin,
                mid = between,
                to = &result.Origin
        )
        {
            byte* start = from + (long)first * source.Stride;
            if (Avx2.IsSupported)
            {
                HorizontalAvx2(start, source.Stride, mid, stride, last - first, columns);
                VerticalAvx2(mid, stride, first, to, rows);
            }
            else
            {
                HorizontalPortable(start, source.Stride, mid, stride, last - first, columns);
                VerticalPortable(mid, stride, first, to, rows);
            }
        }

        PixelBuffer.Pool.Return(between);
        return result;
    }

    // Two rows at once, one in each half of a vector: four pixels of each are split into two channel-wise pairs for multiply-add.
    private static void HorizontalAvx2(byte* from, int fromStride, byte* to, int toStride, int height, ResampleTable table)
    {
        Vector256<byte> firstPair = Vector256.Create(
            Vector128.Create(0, 255, 4, 255, 1, 255, 5, 255, 2, 255, 6, 255, 3, 255, 7, 255).AsByte()
        );
        Vector256<byte> secondPair = Vector256.Create(
            Vector128.Create(8, 255, 12, 255, 9, 255, 13, 255, 10, 255, 14, 255, 11, 255, 15, 255).AsByte()
        );
        Vector256<int> half = Vector256.Create(Half);
        for (int y = 0; y < height; y += 2)
        {
            byte* upper = from + (long)y * fromStride,
                lower = y + 1 < height ? upper + fromStride : upper;
            byte* upperTo = to + (long)y * toStride,
                lowerTo = y + 1 < height ? upperTo + toStride : upperTo;
            for (int x = 0; x < table.Count; x++)
            {
                ref int weights = ref MemoryMarshal.GetReference(table.Weights(x));
                int at = table.Start(x) * 4,
                    end = at + table.Length(x) * 4;
                Vector256<int> high = Vector256<int>.Zero,
                    low = half;
                for (; at < end; at += 16, weights = ref Unsafe.Add(ref weights, 4))
                {
                    Vector256<byte> pixels = Vector256.Create(Vector128.Load(upper + at), Vector128.Load(lower + at));
                    Vector256<short> a = Avx2.Shuffle(pixels, firstPair).AsInt16(),
                        b = Avx2.Shuffle(pixels, secondPair).AsInt16();
                    high += Avx2.MultiplyAddAdjacent(a, Vector256.Create(weights).AsInt16());
                    low += Avx2.MultiplyAddAdjacent(a, Vector256.Create(Unsafe.Add(ref weights, 1)).AsInt16());
                    high += Avx2.MultiplyAddAdjacent(b, Vector256.Create(Unsafe.Add(ref weights, 2)).AsInt16());
                    low += Avx2.MultiplyAddAdjacent(b, Vector256.Create(Unsafe.Add(ref weights, 3)).AsInt16());
                }

                Vector256<int> sum = Vector256.ShiftRightArithmetic((high << ResampleTable.LowBits) + low, ResampleTable.Precision);
                Vector256<short> words = Avx2.PackSignedSaturate(sum, sum);
                Vector256<uint> bytes = Avx2.PackUnsignedSaturate(words, words).AsUInt32();
                ((uint*)upperTo)[x] = bytes.ToScalar();
                ((uint*)lowerTo)[x] = bytes.GetElement(4);
            }
        }
    }

    // 32 bytes of a row at once; the bytes of two input rows are interleaved for multiply-add. Rows end in a margin or in the next row,
    // which is written later, so the last vector may run over.
    private static void VerticalAvx2(byte* from, int stride, int firstRow, byte* to, ResampleTable table)
    {
        Vector256<int> half = Vector256.Create(Half);
        for (int y = 0; y < table.Count; y++, to += stride)
        {
            int taps = table.Length(y);
            ref int start = ref MemoryMarshal.GetReference(table.Weights(y));
            for (int x = 0; x < stride; x += 32)
            {
                byte* row = from + (long)(table.Start(y) - firstRow) * stride + x;
                Vector256<int> high0 = Vector256<int>.Zero,
                    high1 = high0,
                    high2 = high0,
                    high3 = high0,
                    low0 = half,
                    low1 = half,
                    low2 = half,
                    low3 = half;
                ref int weights = ref start;
                for (int t = 0; t < taps; t += 2, row += 2 * stride, weights = ref Unsafe.Add(ref weights, 2))
                {
                    Vector256<byte> a = Vector256.Load(row),
                        b = t + 1 < taps ? Vector256.Load(row + stride) : a;
                    Vector256<short> high = Vector256.Create(weights).AsInt16(),
                        low = Vector256.Create(Unsafe.Add(ref weights, 1)).AsInt16();
                    Vector256<byte> left = Avx2.UnpackLow(a, b),
                        right = Avx2.UnpackHigh(a, b);
                    Vector256<short> p0 = Avx2.UnpackLow(left, Vector256<byte>.Zero).AsInt16(),
                        p1 = Avx2.UnpackHigh(left, Vector256<byte>.Zero).AsInt16();
                    Vector256<short> p2 = Avx2.UnpackLow(right, Vector256<byte>.Zero).AsInt16(),
                        p3 = Avx2.UnpackHigh(right, Vector256<byte>.Zero).AsInt16();
                    high0 += Avx2.MultiplyAddAdjacent(p0, high);
                    high1 += Avx2.MultiplyAddAdjacent(p1, high);
                    high2 += Avx2.MultiplyAddAdjacent(p2, high);
                    high3 += Avx2.MultiplyAddAdjacent(p3, high);
                    low0 += Avx2.MultiplyAddAdjacent(p0, low);
                    low1 += Avx2.MultiplyAddAdjacent(p1, low);
                    low2 += Avx2.MultiplyAddAdjacent(p2, low);
                    low3 += Avx2.MultiplyAddAdjacent(p3, low);
                }

                Vector256<short> left16 = Avx2.PackSignedSaturate(Join(high0, low0), Join(high1, low1));
                Vector256<short> right16 = Avx2.PackSignedSaturate(Join(high2, low2), Join(high3, low3));
                Avx2.PackUnsignedSaturate(left16, right16).Store(to + x);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Join(Vector256<int> high, Vector256<int> low) =>
        Vector256.ShiftRightArithmetic((high << ResampleTable.LowBits) + low, ResampleTable.Precision);

    /// <summary>Resizes rows one pixel at a time on any processor: the four bytes of a pixel are the four lanes of a vector.</summary>
    internal static void HorizontalPortable(byte* from, int fromStride, byte* to, int toStride, int height, ResampleTable table)
    {
        for (int y = 0; y < height; y++, from += fromStride, to += toStride)
        {
            for (int x = 0; x < table.Count; x++)
            {
                byte* pixel = from + (long)table.Start(x) * 4;
                Vector128<int> sum = Vector128.Create(Half);
                for (int t = 0; t < table.Length(x); t++, pixel += 4)
                    sum += Lanes(pixel) * table.Weight(x, t);
                ((uint*)to)[x] = Pack(sum);
            }
        }
    }

    /// <summary>Resizes columns after <see cref="HorizontalPortable"/>.</summary>
    internal static void VerticalPortable(byte* from, int stride, int firstRow, byte* to, ResampleTable table)
    {
        for (int y = 0; y < table.Count; y++, to += stride)
        {
            for (int x = 0; x < stride; x += 4)
            {
                byte* pixel = from + (long)(table.Start(y) - firstRow) * stride + x;
                Vector128<int> sum = Vector128.Create(Half);
                for (int t = 0; t < table.Length(y); t++, pixel += stride)
                    sum += Lanes(pixel) * table.Weight(y, t);
                *(uint*)(to + x) = Pack(sum);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Lanes(byte* pixel)
    {
        Vector128<byte> bytes = Vector128.CreateScalar(*(uint*)pixel).AsByte();
        return Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Pack(Vector128<int> sum)
    {
        Vector128<int> value = Vector128.Clamp(
            Vector128.ShiftRightArithmetic(sum, ResampleTable.Precision),
            Vector128<int>.Zero,
            Vector128.Create(255)
        );
        Vector128<ushort> words = Vector128.Narrow(value.AsUInt32(), value.AsUInt32());
        return Vector128.Narrow(words, words).AsUInt32().ToScalar();
    }
}
