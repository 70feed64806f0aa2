using System.Runtime.CompilerServices;
using System.Text.Json;

namespace LiftPlus.TestSupport;

/// <summary>
/// Where the reference numbers lie: the folder of the environment variable LIFTPLUS_GOLDEN, else the copy beside the parity tests.
/// Every size a test needs is read from there, so that any golden set of the same layout runs through the same tests.
/// </summary>
public static class GoldenFolder
{
    /// <summary>The environment variable that names another golden set.</summary>
    public const string Variable = "LIFTPLUS_GOLDEN";

    /// <summary>The folder in use.</summary>
    public static string Root { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? named
            : Repository.PathOf("tests", "LiftPlus.Parity.Tests", "golden");

    /// <summary>The full path of a golden file, for example <c>PathOf("peft", "lora.safetensors")</c>.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>Reads a safetensors file of the set.</summary>
    public static GoldenFile Tensors(params ReadOnlySpan<string> parts) => GoldenFile.Read(PathOf(parts));

    /// <summary>Reads a json file of the set.</summary>
    public static JsonElement Json(params ReadOnlySpan<string> parts)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(PathOf(parts)));
        return document.RootElement.Clone();
    }
}

/// <summary>Finds the repository that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder that holds LiftPlus.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>The full path of a place in the repository.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>
    /// A file of the shared folder beside the repository (LIFTPLUS_SHARED names another place), or null where it is absent: such a test skips.
    /// </summary>
    public static string? Shared(params ReadOnlySpan<string> parts)
    {
        string folder = Environment.GetEnvironmentVariable("LIFTPLUS_SHARED") is { Length: > 0 } named
            ? named
            : Path.Combine(Root, "..", "shared");
        string path = Path.GetFullPath(Path.Combine([folder, .. parts]));
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    private static string Find([CallerFilePath] string source = "")
    {
        foreach (string start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(source) ?? "." })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "LiftPlus.sln")))
                    return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No LiftPlus.sln above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}
