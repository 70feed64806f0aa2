using System.Text;

namespace LiftPlus.Native;

/// <summary>Creates the error messages: where libtorch was searched for, and what to run next.</summary>
internal static class MissingLibTorch
{
    /// <summary>Describes that libtorch is in none of the directories.</summary>
    public static string Describe(string platform, string file, IReadOnlyList<string> directories)
    {
        var text = new StringBuilder($"libtorch was not found: no {file} in any of\n");
        AppendDirectories(text, directories);
        string torchSharp = NativeDirectories.TorchSharpVersion,
            libTorch = NativeDirectories.LibTorchVersion;
        if (platform is not ("linux-x64" or "win-x64" or "win-arm64" or "osx-arm64"))
        {
            return text.Append($"TorchSharp {torchSharp} has no libtorch package for {platform}: ")
                .Append($"use linux-x64, win-x64 or osx-arm64, or set {NativeDirectories.Variable} to a directory that holds libtorch.")
                .ToString();
        }
        text.Append($"Add one of these to the application's project ({platform}):\n")
            .Append($"  CPU, this platform only:  dotnet add package libtorch-cpu-{platform} --version {libTorch}\n")
            .Append($"  CPU, all platforms:       dotnet add package TorchSharp-cpu --version {torchSharp}\n");
        if (platform is "linux-x64" or "win-x64")
        {
            string cuda = platform == "win-x64" ? "TorchSharp-cuda-windows" : "TorchSharp-cuda-linux";
            text.Append($"  NVIDIA GPU:               dotnet add package {cuda} --version {torchSharp}\n");
        }
        return text.Append($"or set {NativeDirectories.Variable} to a directory that holds libtorch {libTorch}.").ToString();
    }

    /// <summary>Describes that TorchSharp's own native library is in none of the directories.</summary>
    public static string DescribeShim(string file, IReadOnlyList<string> directories)
    {
        var text = new StringBuilder($"TorchSharp's native library was not found: no {file} in any of\n");
        AppendDirectories(text, directories);
        return text.Append($"It comes with the package TorchSharp {NativeDirectories.TorchSharpVersion}: publish for linux-x64, ")
            .Append($"copy the file beside the application, or set {NativeDirectories.Variable} to a directory that holds it.")
            .ToString();
    }

    /// <summary>Describes that a file exists but the system's loader rejects it.</summary>
    public static string DescribeFailure(string path, string reason) =>
        $"{path} was found but does not load: {reason.Trim()}\n"
        + $"TorchSharp {NativeDirectories.TorchSharpVersion} needs libtorch {NativeDirectories.LibTorchVersion} and glibc 2.34 or newer "
        + "(Debian 12, Ubuntu 22.04, RHEL 9 or later; not Alpine). "
        + $"If libtorch is of another release, remove it, or set {NativeDirectories.Variable} to a directory that holds the right one.";

    private static void AppendDirectories(StringBuilder text, IReadOnlyList<string> directories)
    {
        foreach (string directory in directories)
        {
            text.Append("  ").Append(directory).Append('\n');
        }
    }
}
