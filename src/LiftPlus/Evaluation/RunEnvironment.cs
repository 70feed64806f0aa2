using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace LiftPlus;

/// <summary>Where figures come from: software, system and device. No names of users, machines or folders.</summary>
public sealed record RunEnvironment
{
    /// <summary>Version of LiftPlus.</summary>
    public required string LibraryVersion { get; init; }

    /// <summary>Version of libtorch.</summary>
    public required string LibTorchVersion { get; init; }

    /// <summary>The .NET runtime, for example ".NET 10.0.1".</summary>
    public required string Framework { get; init; }

    /// <summary>The operating system, for example "Debian GNU/Linux 12 (bookworm)".</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The processor's kind, for example "X64".</summary>
    public required string Architecture { get; init; }

    /// <summary>Processors that the process may use.</summary>
    public required int ProcessorCount { get; init; }

    /// <summary>Where the model computed, for example "cpu" or "cuda:0".</summary>
    public required string Device { get; init; }

    /// <summary>Arithmetic of the frozen part.</summary>
    /// <value>The default value is <see cref="Precision.Float32"/>.</value>
    public Precision Precision { get; init; }

    internal static string Library { get; } =
        typeof(RunEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

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
