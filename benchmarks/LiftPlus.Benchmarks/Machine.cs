using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>Describes the machine: the processor, its current speed, and the memory of this process.</summary>
internal static class Machine
{
    /// <summary>Returns the processor, the threads and the speed of a matrix product in this run.</summary>
    public static JsonObject Describe() =>
        new()
        {
            ["processor"] = ProcessorName(),
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["cores"] = Environment.ProcessorCount,
            ["torchThreads"] = get_num_threads(),
            ["matmulGigaflops"] = Math.Round(MatmulPeak(float32) / 1e9, 1),
        };

    /// <summary>
    /// Measures the best of 10 products (1576, 768) x (768, 3072), the largest one in a ViT-B/16 with 8 images, in floating-point
    /// operations per second.
    /// </summary>
    public static double MatmulPeak(ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        const long rows = 1576;
        const long inner = 768;
        const long columns = 3072;
        Tensor a = rand(rows, inner).to(type);
        Tensor b = rand(inner, columns).to(type);
        double best = double.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            long start = Stopwatch.GetTimestamp();
            a.mm(b).Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2.0 * rows * inner * columns / best;
    }

    /// <summary>Returns the memory that this process uses, native and managed, in bytes.</summary>
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
