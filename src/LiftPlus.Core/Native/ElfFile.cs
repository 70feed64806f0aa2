using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Native;

/// <summary>Checks a shared library on disk before the system's loader maps it.</summary>
internal static class ElfFile
{
    private const int HeaderSize = 64,
        ProgramHeaderSize = 56;
    private const uint PtLoad = 1;

    /// <summary>
    /// Throws unless all of the library is there. The loader itself does not look: a copy cut short, by a full disk or a broken
    /// download, ends the process with a bus error.
    /// </summary>
    /// <exception cref="BadImageFormatException">The file ends before its last segment, or is not an ELF64 library.</exception>
    public static void CheckComplete(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        ulong length = (ulong)RandomAccess.GetLength(file);
        byte[] header = ReadAt(file, 0, HeaderSize);
        if (!header.AsSpan().StartsWith("\u007fELF"u8) || header[4] != 2 || header[5] != 1)
        {
            throw new BadImageFormatException("not a 64-bit little-endian ELF file");
        }

        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(0x20));
        int tableSize = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(0x38)) * ProgramHeaderSize;
        byte[] segments = table <= length ? ReadAt(file, (long)table, tableSize) : throw TooShort(length, table);
        for (int at = 0; at < tableSize; at += ProgramHeaderSize)
        {
            ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(segments.AsSpan(at + 8));
            ulong size = BinaryPrimitives.ReadUInt64LittleEndian(segments.AsSpan(at + 32));
            if (BinaryPrimitives.ReadUInt32LittleEndian(segments.AsSpan(at)) == PtLoad && (offset > length || size > length - offset))
            {
                throw TooShort(length, unchecked(offset + size));
            }
        }
    }

    private static byte[] ReadAt(SafeFileHandle file, long offset, int count)
    {
        byte[] bytes = new byte[count];
        int read = RandomAccess.Read(file, bytes, offset);
        return read == count ? bytes : throw TooShort((ulong)(offset + read), (ulong)(offset + count));
    }

    private static BadImageFormatException TooShort(ulong length, ulong needed) =>
        new($"the file is incomplete: it ends after {length} bytes and should have at least {needed}; copy or restore it again");
}
