using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Files;

/// <summary>
/// Opens regular files only: opening a FIFO waits for a writer, and a device may have no end. .NET does not tell the kinds apart, so Linux
/// is asked by statx, whose layout is the same on every processor. Elsewhere nothing is refused.
/// </summary>
internal static partial class RegularFile
{
    private const int CurrentFolder = -100, // AT_FDCWD
        StatusBytes = 256, // sizeof(struct statx)
        ModeOffset = 28, // stx_mode
        KindMask = 0xF000; // S_IFMT
    private const uint WantKind = 1; // STATX_TYPE

    /// <summary>Throws if the path exists, or a link leads to what exists, and is neither a regular file nor a folder.</summary>
    /// <exception cref="IOException">It is a FIFO, a device or a socket, or the path has a null character.</exception>
    public static void Check(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal)) // .NET throws an ArgumentException, and the system reads the path up to it
            throw new IOException("its path has a null character. Correct the path.");
        if (OperatingSystem.IsLinux() && KindOf(path) is string kind)
            throw new IOException($"it is a {kind}, not a regular file. Remove it, or copy its content into a file.");
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="IOException">It is not a regular file, or cannot be opened.</exception>
    public static SafeFileHandle Open(string path)
    {
        Check(path);
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
    }

    /// <summary>Reads a whole file up to a limit.</summary>
    /// <exception cref="IOException">It is not a regular file, has more bytes than the limit, or became shorter.</exception>
    public static byte[] ReadBytes(string path, long maxBytes)
    {
        using SafeFileHandle handle = Open(path);
        long length = RandomAccess.GetLength(handle);
        if (length > maxBytes)
            throw new IOException($"it has {length:N0} bytes, more than the {maxBytes:N0} bytes that are read of such a file.");
        byte[] bytes = new byte[length];
        for (int done = 0; done < bytes.Length; )
        {
            int read = RandomAccess.Read(handle, bytes.AsSpan(done), done);
            done += read > 0 ? read : throw new EndOfStreamException("it became shorter while it was read.");
        }

        return bytes;
    }

    private static string? KindOf(string path)
    {
        Span<byte> status = stackalloc byte[StatusBytes];
        try
        {
            if (Status(CurrentFolder, path, 0, WantKind, ref MemoryMarshal.GetReference(status)) != 0)
                return null; // opening it will say why
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library without statx
        }

        return (BinaryPrimitives.ReadUInt16LittleEndian(status[ModeOffset..]) & KindMask) switch
        {
            0x1000 => "FIFO (a named pipe)",
            0x2000 => "character device",
            0x6000 => "block device",
            0xC000 => "socket",
            _ => null,
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, ref byte status);
}
