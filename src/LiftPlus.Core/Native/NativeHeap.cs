using System.Runtime.InteropServices;

namespace LiftPlus.Native;

/// <summary>Controls how the C library treats the memory of tensors.</summary>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1,
        TopPad = -2,
        MmapCount = -4; // M_… of glibc's malloc.h
    private const int TopPadBytes = 64 << 20;
    private static readonly string[] s_settings =
    [
        "GLIBC_TUNABLES",
        "MALLOC_MMAP_MAX_",
        "MALLOC_MMAP_THRESHOLD_",
        "MALLOC_TRIM_THRESHOLD_",
        "MALLOC_TOP_PAD_",
    ];
    private static int _done;

    /// <summary>
    /// Makes glibc keep the memory that tensors free, up to the process's peak, for the next tensors. By default it returns every large
    /// block to the system, and the page faults of getting them back take 6 % of a ViT-B/16 training step. Training calls this. It has an
    /// effect once per process, and none with another C library or if the user has set these limits through the environment.
    /// </summary>
    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux() || IsSetByUser() || Interlocked.Exchange(ref _done, 1) != 0)
            return;
        try
        {
            _ = SetOption(MmapCount, 0);
            _ = SetOption(TrimThreshold, int.MaxValue);
            _ = SetOption(TopPad, TopPadBytes);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // musl has no mallopt, and no need of it.
        }
    }

    private static bool IsSetByUser() => s_settings.Any(name => Environment.GetEnvironmentVariable(name) is not null);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
