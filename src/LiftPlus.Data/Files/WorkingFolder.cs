using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace LiftPlus.Files;

/// <summary>Finds the working folder, which may have been deleted.</summary>
internal static partial class WorkingFolder
{
    private const int PathOnly = 0x200000; // O_PATH

    /// <summary>Gets the path for messages.</summary>
    public static string Shown => Find() ?? "(it was deleted)";

    /// <summary>
    /// Loads libraries in the root folder if the working folder is gone, and comes back to it. oneMKL, a part of libtorch, asks for the
    /// folder when it is loaded, and ends the process if there is none.
    /// </summary>
    [SupportedOSPlatform("linux")]
    public static void Require(Action load)
    {
        if (Find() is not null)
        {
            load();
            return;
        }

        int gone = Open(".", PathOnly);
        Directory.SetCurrentDirectory("/");
        try
        {
            load();
        }
        finally
        {
            if (gone >= 0)
            {
                _ = Enter(gone);
                _ = Close(gone);
            }
        }
    }

    private static string? Find()
    {
        try
        {
            return Directory.GetCurrentDirectory();
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fchdir")]
    private static partial int Enter(int folder);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
