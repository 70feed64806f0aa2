using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>Describes the machine: the processor, its current speed, and the memory of this process.</summary>
internal static class Machine
{
    /// <summary>Processor, threads and the speed of products in this run.</summary>
    public static JsonObject Describe() =>
        new()
        {
            ["processor"] = ProcessorName(),
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["cores"] = Environment.ProcessorCount,
            ["torchThreads"] = get_num_threads(),
            ["productPeak"] = ProductRates(),
        };

    /// <summary>Memory of this process that is in use, native and managed, in bytes.</summary>
    public static long ResidentBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>Returns the peak memory of this process in bytes.</summary>
    public static long PeakResidentBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static JsonObject ProductRates()
    {
        using var peak = new ProductPeak(float32);
        return peak.ToJson();
    }

    private static string ProcessorName()
    {
        const string file = "/proc/cpuinfo";
        string? line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? "unknown";
    }
}
