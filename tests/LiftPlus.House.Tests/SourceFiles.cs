using LiftPlus.TestSupport;

namespace LiftPlus.House.Tests;

/// <summary>Lists the C# files of the repository.</summary>
internal static class SourceFiles
{
    /// <summary>Gets the files below a folder, by their paths from the root of the repository; build output is left out.</summary>
    public static IEnumerable<(string Path, string Text)> Below(string folder) =>
        Directory
            .EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'), File: file))
            .Where(found => !found.Path.Split('/').Any(part => part is "bin" or "obj"))
            .OrderBy(found => found.Path, StringComparer.Ordinal)
            .Select(found => (found.Path, File.ReadAllText(found.File)));
}
