using System.Runtime.InteropServices;
using LiftPlus.Evaluation;
using TorchSharp;

namespace LiftPlus;

/// <summary>Describes the software, system and device of an evaluation. It contains no names of users, machines or folders.</summary>
public sealed record RunEnvironment
{
    /// <summary>Gets the version of LiftPlus.</summary>
    public required string LibraryVersion { get; init; }

    /// <summary>Gets the version of libtorch.</summary>
    public required string LibTorchVersion { get; init; }

    /// <summary>Gets the .NET runtime, for example ".NET 10.0.1".</summary>
    public required string Framework { get; init; }

    /// <summary>Gets the operating system, for example "Debian GNU/Linux 12 (bookworm)".</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>Gets the architecture of the processor, for example "X64".</summary>
    public required string Architecture { get; init; }

    /// <summary>Gets the number of processors that the process may use.</summary>
    public required int ProcessorCount { get; init; }

    /// <summary>Gets the device, for example "cpu" or "cuda:0".</summary>
    public required string Device { get; init; }

    /// <summary>Gets the arithmetic of the frozen part of the model.</summary>
    /// <value>The default value is <see cref="Precision.Float32"/>.</value>
    public Precision Precision { get; init; }

    internal static string Library { get; } = AssemblyVersion.Of(typeof(RunEnvironment).Assembly);

    internal static RunEnvironment Current(torch.Device device) =>
        new()
        {
            LibraryVersion = Library,
            LibTorchVersion = torch.__version__,
            Framework = RuntimeInformation.FrameworkDescription,
            OperatingSystem = RuntimeInformation.OSDescription,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            ProcessorCount = System.Environment.ProcessorCount,
            Device = device.ToString(),
        };
}
