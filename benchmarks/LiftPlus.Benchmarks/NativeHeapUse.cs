using System.Runtime.InteropServices;

namespace LiftPlus.Benchmarks;

/// <summary>What the C library's heap has given out, as against the pages that it holds.</summary>
internal static partial class NativeHeapUse
{
    /// <summary>Bytes in use; 0 where the C library is not glibc.</summary>
    public static long Bytes()
    {
        try
        {
            MallocInfo info = GetInfo();
            return (long)(info.InUse + info.InMappedBlocks);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial MallocInfo GetInfo();

    // struct mallinfo2 of glibc's malloc.h.
    [StructLayout(LayoutKind.Sequential)]
    private struct MallocInfo
    {
        public nuint Arena,
            FreeBlocks,
            FastBlocks,
            MappedBlocks,
            InMappedBlocks,
            Unused,
            InFastBlocks,
            InUse,
            Free,
            Top;
    }
}
