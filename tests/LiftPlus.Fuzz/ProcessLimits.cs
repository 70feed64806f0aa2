using System.Runtime.InteropServices;

namespace LiftPlus.Fuzz;

/// <summary>Limits this process and measures others; on Linux only.</summary>
internal static partial class ProcessLimits
{
    public const long MostMemory = 1L << 30;

    private const int Data = 2, // RLIMIT_DATA
        Files = 7; // RLIMIT_NOFILE

    /// <summary>Limits the memory of this process to what it has and a gigabyte more. The system refuses to give more.</summary>
    public static void LimitMemory()
    {
        if (OperatingSystem.IsLinux())
            Set(Data, Status("VmData:") * 1024 + MostMemory);
    }

    /// <summary>Limits the number of files that this process may have open.</summary>
    public static void LimitFiles(int count) => Set(Files, count);

    /// <summary>Gets the processor time of a process in seconds.</summary>
    public static double ProcessorSeconds(System.Diagnostics.Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static long Status(string name) =>
        File.ReadLines("/proc/self/status")
            .Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^2]))
            .First();

    private static void Set(int resource, long value)
    {
        Span<long> limit = [value, value];
        if (SetLimit(resource, ref MemoryMarshal.GetReference(limit)) != 0)
            throw new InvalidOperationException($"setrlimit failed ({Marshal.GetLastPInvokeError()}).");
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ref long limit);
}
