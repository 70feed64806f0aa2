using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Benchmarks;

/// <summary>What a figure was measured on: the processor, its present speed, and this process's memory.</summary>
internal static class Machine
{
    /// <summary>Processor, threads and the matrix product's speed in this run.</summary>
    public static JsonObject Describe() =>
        new()
        {
            ["processor"] = ProcessorName(),
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["cores"] = Environment.ProcessorCount,
            ["torchThreads"] = get_num_threads(),
            ["matmulGigaflops"] = Math.Round(MatmulPeak(float32) / 1e9, 1),
        };

    /// <summary>Best of 10 products (1576, 768) x (768, 3072), a ViT-B/16's largest at 8 images, in floating-point operations per second.</summary>
    public static double MatmulPeak(ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        const long rows = 1576,
            inner = 768,
            columns = 3072;
        Tensor a = rand(rows, inner).to(type),
            b = rand(inner, columns).to(type);
        double best = double.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            long start = Stopwatch.GetTimestamp();
            a.mm(b).Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2.0 * rows * inner * columns / best;
    }

    /// <summary>Memory of this process that is in use, native and managed, in bytes.</summary>
    public static long ResidentBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    /// <summary>The most memory this process has used at once, in bytes.</summary>
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
