using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LiftPlus.GpuCheck;

/// <summary>Memory that is taken on the device, of the CUDA driver; on the CPU of the process. TorchSharp has no such figures.</summary>
internal static partial class GpuMemory
{
    /// <summary>Bytes taken on the device by all processes, which keep what they free: the most that was taken so far.</summary>
    public static long Used(Plan plan)
    {
        if (plan.DeviceName != "cuda")
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }

        int result = GetInfo(out nuint free, out nuint total);
        return result == 0 ? (long)(total - free) : throw new InvalidOperationException($"cuMemGetInfo gives error {result}.");
    }

    [LibraryImport("libcuda.so.1", EntryPoint = "cuMemGetInfo_v2")]
    private static partial int GetInfo(out nuint free, out nuint total);
}
