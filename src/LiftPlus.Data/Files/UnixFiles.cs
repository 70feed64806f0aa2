using System.Runtime.InteropServices;

namespace LiftPlus.Files;

/// <summary>
/// Calls the C library for what .NET does not offer: fsync of a folder (File.OpenHandle refuses folders), and the exchange of two folders.
/// </summary>
internal static partial class UnixFiles
{
    private const int ReadOnly = 0, // O_RDONLY
        InputOutputError = 5, // EIO
        CurrentFolder = -100; // AT_FDCWD of Linux
    private const uint Exchange = 2; // RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS

    /// <summary>
    /// Calls fsync on a folder. Some network file systems do not offer it, and a folder may be writable without being readable: then the
    /// entry reaches the device when the system writes it.
    /// </summary>
    /// <exception cref="IOException">The device failed.</exception>
    public static void FlushFolder(string folder)
    {
        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            return;
        bool hasFailed = Flush(descriptor) != 0 && Marshal.GetLastPInvokeError() == InputOutputError;
        _ = Close(descriptor);
        if (hasFailed)
            throw new IOException($"the device failed to store the entries of '{folder}'");
    }

    /// <summary>Exchanges two paths atomically; returns false where the kernel, the C library or the file system cannot.</summary>
    public static bool TryExchange(string one, string other)
    {
        try
        {
            return OperatingSystem.IsLinux()
                ? RenameOnLinux(CurrentFolder, one, CurrentFolder, other, Exchange) == 0
                : OperatingSystem.IsMacOS() && RenameOnMacOS(one, other, Exchange) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameOnLinux(int oneFolder, string one, int otherFolder, string other, uint flags);

    [LibraryImport("libc", EntryPoint = "renamex_np", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameOnMacOS(string one, string other, uint flags);
}
