using System.Runtime.InteropServices;

namespace LiftPlus.Benchmarks;

/// <summary>Pins this thread, and the threads it starts, to one core (on Linux; elsewhere without effect).</summary>
internal sealed partial class OneCore : IDisposable
{
    private readonly ulong[] _before = new ulong[16]; // 1024 cores

    private OneCore()
    {
        if (!OperatingSystem.IsLinux() || Get(0, Bytes, _before) < 0)
            return;
        var one = new ulong[_before.Length];
        int word = Array.FindIndex(_before, bits => bits != 0);
        one[word] = _before[word] & (~_before[word] + 1); // the first allowed core, as in the Pillow script
        Set(0, Bytes, one);
    }

    private static nuint Bytes => 16 * sizeof(ulong);

    public static OneCore Pin() => new();

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
            Set(0, Bytes, _before);
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int Get(int thread, nuint bytes, [Out] ulong[] mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int Set(int thread, nuint bytes, [In] ulong[] mask);
}
