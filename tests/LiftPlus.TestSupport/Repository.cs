using System.Runtime.CompilerServices;

namespace LiftPlus.TestSupport;

/// <summary>Finds the repository that the tests were built from.</summary>
public static class Repository
{
    /// <summary>Gets the folder of LiftPlus.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>Returns the full path of a file or folder of the repository.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>
    /// Returns the path of a file in the shared folder next to the repository (or in LIFTPLUS_SHARED), or null if it is missing; tests then
    /// skip.
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

        throw new DirectoryNotFoundException($"LiftPlus.sln not found above {AppContext.BaseDirectory}; run the tests from a checkout.");
    }
}
