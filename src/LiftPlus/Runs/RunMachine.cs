using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using LiftPlus.Evaluation;
using LiftPlus.Models;
using TorchSharp;

namespace LiftPlus.Runs;

/// <summary>
/// Describes what changes only the last bits of a run: libtorch splits sums by the number of threads and chooses its kernels by the
/// processor. What a file does not record is null, and is not compared.
/// </summary>
internal sealed record RunMachine
{
    private const string Unset = "not set";

    public string? Device { get; init; }

    /// <summary>Gets the number of threads of one operation in libtorch.</summary>
    public int? Threads { get; init; }

    /// <summary>Gets the variables by which a user limits threads and instructions of libtorch, MKL and oneDNN.</summary>
    public string? OmpNumThreads { get; init; }

    public string? MklNumThreads { get; init; }

    public string? OneDnnMaxCpuIsa { get; init; }

    public string? MklEnableInstructions { get; init; }

    /// <summary>Gets the instruction set that libtorch chooses its kernels for.</summary>
    public string? CpuCapability { get; init; }

    public string? Architecture { get; init; }

    public string? LiftPlusVersion { get; init; }

    public string? TorchSharpVersion { get; init; }

    public string? LibTorchVersion { get; init; }

    /// <summary>Gets the library of the image decoder with its version.</summary>
    public string? DecoderLibrary { get; init; }

    /// <summary>Describes this process as the calling thread computes, which is the thread of the run.</summary>
    public static RunMachine Current(torch.Device device, IImageDecoder decoder) =>
        new()
        {
            Device = device.type.ToString(),
            Threads = torch.get_num_threads(),
            OmpNumThreads = Variable("OMP_NUM_THREADS"),
            MklNumThreads = Variable("MKL_NUM_THREADS"),
            OneDnnMaxCpuIsa = Variable("ONEDNN_MAX_CPU_ISA"),
            MklEnableInstructions = Variable("MKL_ENABLE_INSTRUCTIONS"),
            CpuCapability = Capability(),
            Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            LiftPlusVersion = RunEnvironment.Library,
            TorchSharpVersion = AssemblyVersion.Of(typeof(torch).Assembly),
            LibTorchVersion = torch.__version__,
            DecoderLibrary = DecoderName.Library(decoder),
        };

    /// <summary>Returns a line with both values for everything that differs.</summary>
    public IEnumerable<string> Differences(RunMachine now, string place) => JsonLeaves.Differences(Values(this), Values(now), place);

    private static Dictionary<string, string> Values(RunMachine machine) =>
        JsonLeaves.Of(JsonSerializer.SerializeToNode(machine)!.AsObject()).Where(leaf => leaf.Value != "null").ToDictionary();

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : Unset;

    // As libtorch's at::get_cpu_capability, which no library exports everywhere.
    private static string Capability() =>
        Environment.GetEnvironmentVariable("ATEN_CPU_CAPABILITY") is { Length: > 0 } limit ? limit.ToUpperInvariant()
        : Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Fma.IsSupported ? "AVX512"
        : Avx2.IsSupported && Fma.IsSupported ? "AVX2"
        : "DEFAULT";
}
