using System.Buffers.Binary;
using System.Text;
using LiftPlus.Files;
using LiftPlus.Messages;

namespace LiftPlus.Weights.Torch;

/// <summary>
/// Finds the entries of a zip file through its central directory, so that stored entries can be used in place. It supports only what
/// torch.save writes; System.IO.Compression does not give offsets.
/// </summary>
internal static class ZipDirectory
{
    private const uint End64Mark = 0x06064b50,
        End64LocatorMark = 0x07064b50,
        EntryMark = 0x02014b50;
    private const int EndLength = 22,
        EntryLength = 46,
        LocalLength = 30,
        MaxComment = 65535,
        MaxEntries = 200_000;

    /// <summary>Returns the bytes of an entry in the file. Compressed entries cannot be used in place.</summary>
    public sealed record Entry(long Offset, long Length, bool IsStored);

    /// <exception cref="WeightFileException">The directory is damaged.</exception>
    public static Dictionary<string, Entry> Read(SourceFile file)
    {
        (long count, long start, long length) = FindDirectory(file);
        if (start < 0 || length < 0 || start > file.Length - length)
            throw Wrong(
                file,
                file.Length - EndLength,
                $"its directory at {start} of {length} bytes is outside the file of {file.Length} bytes"
            );
        if (count > MaxEntries)
            throw Wrong(file, start, $"its directory has {count} entries; {MaxEntries} are enough for weights");
        Dictionary<string, Entry> entries = [];
        long at = start,
            end = start + length;
        for (long i = 0; i < count; i++)
        {
            if (at > end - EntryLength || UInt32(file, at) != EntryMark)
                throw Wrong(file, at, "its directory is damaged");
            int nameLength = UInt16(file, at + 28),
                extraLength = UInt16(file, at + 30),
                commentLength = UInt16(file, at + 32);
            if (at > end - EntryLength - nameLength - extraLength - commentLength)
                throw Wrong(file, at, "its directory is cut short");
            string name = Encoding.UTF8.GetString(file.Bytes(at + EntryLength, nameLength));
            if (!entries.TryAdd(name, ReadEntry(file, at, name, at + EntryLength + nameLength, extraLength)))
                throw Wrong(file, at, $"the entry '{MessageText.Shorten(name)}' occurs twice");
            at += EntryLength + nameLength + extraLength + commentLength;
        }

        return entries;
    }

    private static Entry ReadEntry(SourceFile file, long at, string name, long extra, int extraLength)
    {
        long packed = UInt32(file, at + 20),
            length = UInt32(file, at + 24),
            local = UInt32(file, at + 42);
        bool isEncrypted = (UInt16(file, at + 8) & 1) != 0;
        for (long field = extra, end = extra + extraLength; field <= end - 4; )
        {
            int size = UInt16(file, field + 2);
            long value = field + 4,
                stop = value + size;
            if (stop > end)
                break;
            if (UInt16(file, field) == 1) // ZIP64: in this order, those that did not fit
            {
                length = Wide(file, length, ref value, stop);
                packed = Wide(file, packed, ref value, stop);
                local = Wide(file, local, ref value, stop);
            }

            field = stop;
        }

        Span<byte> header = stackalloc byte[LocalLength];
        bool isInside = local >= 0 && local <= file.Length - LocalLength;
        if (isInside)
            file.Read(local, header);
        if (!isInside || !header.StartsWith("PK\x03\x04"u8))
            throw Wrong(file, at, $"the entry '{MessageText.Shorten(name)}' points to {local}, where no entry is");
        long offset =
            local
            + LocalLength
            + BinaryPrimitives.ReadUInt16LittleEndian(header[26..])
            + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (packed < 0 || length < 0 || offset > file.Length - packed)
            throw Wrong(
                file,
                at,
                $"the entry '{MessageText.Shorten(name)}' of {packed} bytes at {offset} is outside the file of {file.Length} bytes"
            );
        return new Entry(offset, packed, UInt16(file, at + 10) == 0 && packed == length && !isEncrypted);
    }

    private static (long Count, long Start, long Length) FindDirectory(SourceFile file)
    {
        long tail = Math.Max(0, file.Length - EndLength - MaxComment);
        int inTail = file.Bytes(tail, (int)Math.Max(0, file.Length - tail - EndLength + sizeof(uint))).LastIndexOf("PK\x05\x06"u8);
        long end = tail + inTail;
        if (inTail < 0)
            throw Wrong(file, tail, "it begins like a zip file but has no directory at its end: it was cut short");
        long count = UInt16(file, end + 10),
            length = UInt32(file, end + 12),
            start = UInt32(file, end + 16),
            locator = end - 20;
        if (
            (count != ushort.MaxValue && length != uint.MaxValue && start != uint.MaxValue)
            || locator < 0
            || UInt32(file, locator) != End64LocatorMark
        )
            return (count, start, length);
        long wide = Int64(file, locator + 8);
        if (wide < 0 || wide > file.Length - 56 || UInt32(file, wide) != End64Mark)
            throw Wrong(file, locator, $"it points to {wide} for its directory, where none is");
        return (Int64(file, wide + 32), Int64(file, wide + 48), Int64(file, wide + 40));
    }

    private static long Wide(SourceFile file, long narrow, ref long at, long stop)
    {
        if (narrow != uint.MaxValue || at > stop - 8)
            return narrow;
        at += 8;
        return Int64(file, at - 8);
    }

    private static ushort UInt16(SourceFile file, long at) => BinaryPrimitives.ReadUInt16LittleEndian(file.Bytes(at, 2));

    private static uint UInt32(SourceFile file, long at) => BinaryPrimitives.ReadUInt32LittleEndian(file.Bytes(at, 4));

    private static long Int64(SourceFile file, long at) => BinaryPrimitives.ReadInt64LittleEndian(file.Bytes(at, 8));

    private static WeightFileException Wrong(SourceFile file, long at, string problem) =>
        new(file.Path, $"near byte {at}: {problem}. Fetch the file again.");
}
