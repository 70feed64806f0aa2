using System.Buffers.Binary;
using System.IO.Compression;

namespace LiftPlus.Data;

/// <summary>
/// Finds out whether all rows of a PNG are there. ImageSharp 2.1 leaves missing ones black, and never ends if the PNG is interlaced.
/// </summary>
internal static class PngRows
{
    private const int FirstChunkAt = 8,
        HeaderLength = 13,
        ChunkBytes = 12; // length, type and sum

    // The passes of Adam7: first column and row, and the steps.
    private static readonly (int X, int Y, int StepX, int StepY)[] s_passes =
    [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];

    /// <summary>Returns whether the bytes start like a PNG and do not contain all its rows.</summary>
    public static bool AreMissing(ReadOnlySpan<byte> encoded)
    {
        if (!EncodedImage.IsPng(encoded))
            return false;
        if (encoded.Length < FirstChunkAt + ChunkBytes + HeaderLength || !IsChunk(encoded, FirstChunkAt, "IHDR"u8))
            return true;
        byte[] packed = PixelBuffer.Pool.Rent(encoded.Length);
        try
        {
            int length = CopyPacked(encoded, packed);
            return !HasBytes(packed, length, CountBytes(encoded[(FirstChunkAt + 8)..]));
        }
        finally
        {
            PixelBuffer.Pool.Return(packed);
        }
    }

    // The chunks that ImageSharp reads: the first ones that follow each other. A second header would change what the first says.
    private static int CopyPacked(ReadOnlySpan<byte> encoded, Span<byte> packed)
    {
        int copied = 0;
        bool isData = false;
        for (long at = FirstChunkAt + ChunkBytes + HeaderLength; at + ChunkBytes <= encoded.Length; )
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(encoded[(int)at..]);
            bool wasData = isData;
            isData = IsChunk(encoded, (int)at, "IDAT"u8);
            if (at + ChunkBytes + length > encoded.Length || (wasData && !isData) || IsChunk(encoded, (int)at, "IHDR"u8))
                break;
            if (isData)
            {
                encoded.Slice((int)at + 8, (int)length).CopyTo(packed[copied..]);
                copied += (int)length;
            }

            at += ChunkBytes + length;
        }

        return copied;
    }

    private static bool HasBytes(byte[] packed, int length, long wanted)
    {
        byte[] part = PixelBuffer.Pool.Rent(1 << 16);
        try
        {
            using var stream = new ZLibStream(new MemoryStream(packed, 0, length), CompressionMode.Decompress);
            int read = 1;
            for (; wanted > 0 && read > 0; wanted -= read)
                read = stream.Read(part);
            return wanted <= 0;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return false;
        }
        finally
        {
            PixelBuffer.Pool.Return(part);
        }
    }

    // Each row has a byte for its filter.
    private static long CountBytes(ReadOnlySpan<byte> header)
    {
        int width = BinaryPrimitives.ReadInt32BigEndian(header),
            height = BinaryPrimitives.ReadInt32BigEndian(header[4..]),
            bits = header[8] * EncodedHeader.PngChannels(header[9]);
        long bytes = 0;
        foreach ((int x, int y, int stepX, int stepY) in header[12] == 0 ? [(0, 0, 1, 1)] : s_passes)
        {
            long columns = ((long)width - x + stepX - 1) / stepX,
                rows = ((long)height - y + stepY - 1) / stepY;
            if (columns > 0 && rows > 0)
                bytes += rows * (1 + (columns * bits + 7) / 8);
        }

        return bytes;
    }

    private static bool IsChunk(ReadOnlySpan<byte> encoded, int at, ReadOnlySpan<byte> type) => encoded[(at + 4)..].StartsWith(type);
}
