using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace LiftPlus.Native;

/// <summary>
/// Loads libraries although the working folder was deleted. oneMKL, a part of libtorch, asks for the folder when it is loaded, and ends the
/// process if there is none.
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class WorkingFolder
{
    private const int PathOnly = 0x200000; // O_PATH

    /// <summary>Runs an action in the root folder if the working folder is gone, and comes back to it.</summary>
    public static void Require(Action load)
    {
        if (Exists())
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

    private static bool Exists()
    {
        try
        {
            return Directory.GetCurrentDirectory().Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fchdir")]
    private static partial int Enter(int folder);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
