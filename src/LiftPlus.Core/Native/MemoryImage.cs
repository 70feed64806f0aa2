using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace LiftPlus.Native;

/// <summary>Loads a shared library from bytes.</summary>
[SupportedOSPlatform("linux")]
internal static partial class MemoryImage
{
    private const uint CloseOnExec = 1;

    // glibc knows a loaded library by its path: were the descriptor closed, another library loaded through the same number would be
    // taken for this one.
    private static SafeFileHandle? _held;

    /// <summary>Loads from an anonymous file in memory or, where that is not allowed, from a private file that is removed again.</summary>
    /// <exception cref="DllNotFoundException">The dynamic loader rejects the image.</exception>
    public static nint Load(ReadOnlySpan<byte> image, string fileName) =>
        TryLoadFromMemory(image, fileName, out nint handle) ? handle : LoadFromFile(image, fileName);

    /// <summary>
    /// Loads from an anonymous file; false when the kernel has none, /proc is not mounted, or running from memory is forbidden.
    /// </summary>
    public static bool TryLoadFromMemory(ReadOnlySpan<byte> image, string fileName, out nint handle)
    {
        handle = 0;
        int descriptor;
        try
        {
            descriptor = CreateMemoryFile(fileName, CloseOnExec);
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        if (descriptor < 0)
        {
            return false;
        }
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            RandomAccess.Write(file, image, fileOffset: 0);
            if (NativeLibrary.TryLoad($"/proc/self/fd/{descriptor}", out handle))
            {
                _held = file;
                return true;
            }
        }
        catch (IOException)
        {
            // No room in memory for the file: the caller's fallback writes to disk.
        }
        file.Dispose();
        return false;
    }

    /// <summary>
    /// Loads from a directory only this user and this call know, in the temporary directory or, where nothing there may run, at home.
    /// </summary>
    public static nint LoadFromFile(ReadOnlySpan<byte> image, string fileName)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        string[] roots = home.Length > 0 ? [Path.GetTempPath(), home] : [Path.GetTempPath()];
        Exception? failure = null;
        foreach (string root in roots)
        {
            string directory = Path.Combine(root, "liftplus-" + Guid.NewGuid().ToString("N"));
            try
            {
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                string path = Path.Combine(directory, fileName);
                File.WriteAllBytes(path, image);
                return NativeLibrary.Load(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DllNotFoundException)
            {
                failure = exception;
            }
            finally
            {
                Remove(directory);
            }
        }
        throw new DllNotFoundException($"{fileName} could not be loaded from {string.Join(" or ", roots)}: {failure!.Message}", failure);
    }

    // The mapped library outlives its file, so nothing is left behind and concurrent processes share nothing.
    private static void Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException) { }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);
}
