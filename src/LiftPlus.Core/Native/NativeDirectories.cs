using System.Runtime.InteropServices;

namespace LiftPlus.Native;

/// <summary>Lists the directories that may contain the native files of TorchSharp and libtorch, in the order of preference.</summary>
internal static class NativeDirectories
{
    /// <summary>
    /// Names a list of directories to search before all others, e.g. <c>.../site-packages/torch/lib</c> of a Python torch.
    /// </summary>
    public const string Variable = "LIFTPLUS_LIBTORCH";

    /// <summary>
    /// The TorchSharp release that this library is built against, and the libtorch release that TorchSharp is built against.
    /// </summary>
    public const string TorchSharpVersion = "0.107.0",
        LibTorchVersion = "2.10.0";

    /// <summary>Gets the name of this platform as NuGet writes it without a distribution, for example "linux-x64".</summary>
    public static string Platform { get; } =
        (
            OperatingSystem.IsWindows() ? "win"
            : OperatingSystem.IsMacOS() ? "osx"
            : "linux"
        )
        + "-"
        + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>Gets the directories that <see cref="Variable"/> names.</summary>
    public static IReadOnlyList<string> FromUser() => Normalize(Split(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>Gets all candidates of the running process, without duplicates, whether they exist or not.</summary>
    public static IReadOnlyList<string> All() =>
        All(
            Environment.GetEnvironmentVariable(Variable),
            AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string,
            AppContext.BaseDirectory,
            Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } packages
                ? packages
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages")
        );

    /// <summary>Gets the candidates for the given environment; the first two are lists joined by the platform's path separator.</summary>
    public static IReadOnlyList<string> All(string? fromUser, string? fromHost, string baseDirectory, string packages)
    {
        string native = Path.Combine("runtimes", Platform, "native");
        return Normalize([
            .. Split(fromUser),
            .. Split(fromHost),
            baseDirectory,
            Path.Combine(baseDirectory, native),
            Path.Combine(packages, "torchsharp", TorchSharpVersion, native),
            Path.Combine(packages, $"libtorch-cpu-{Platform}", LibTorchVersion, native),
        ]);
    }

    /// <summary>Returns the first directory that contains all the named files, or null.</summary>
    public static string? Find(IEnumerable<string> directories, params string[] files) =>
        directories.FirstOrDefault(directory => files.All(file => File.Exists(Path.Combine(directory, file))));

    private static string[] Normalize(IEnumerable<string> directories) =>
        [.. directories.Select(directory => Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))).Distinct()];

    private static string[] Split(string? list) =>
        list?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
