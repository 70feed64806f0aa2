using System.Text.RegularExpressions;

namespace LiftPlus.Files;

/// <summary>
/// Names the files and folders that exist only while something is written, and removes those that a crash left behind. Two names are used
/// beside the target <c>name</c>: <c>name.{32 hex digits}.tmp</c> is unfinished, and <c>name.{32 hex digits}.old</c> was moved aside to be
/// replaced.
/// </summary>
internal static partial class Strays
{
    /// <summary>Another process may write the same target; its temporary files are younger than this.</summary>
    private static readonly TimeSpan s_abandoned = TimeSpan.FromDays(1);

    public static string Temporary(string target) => $"{target}.{Guid.NewGuid():N}.tmp";

    public static string Aside(string target) => $"{target}.{Guid.NewGuid():N}.old";

    /// <summary>Removes what crashed writes of this target left a day ago or earlier. A stray that cannot be removed stays.</summary>
    public static void Sweep(string target, Disk? disk = null)
    {
        DateTime before = DateTime.UtcNow - s_abandoned;
        foreach (string stray in Find(Path.GetDirectoryName(target)!, name => name == Path.GetFileName(target)))
        {
            if (Directory.GetLastWriteTimeUtc(stray) < before)
                TryDelete(stray, disk);
        }
    }

    /// <summary>
    /// Repairs a folder that no other process writes: removes unfinished entries of any age, and moves an entry back that was moved aside
    /// if the crash came before its replacement.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isTarget">Whether a name belongs to the caller; other entries stay.</param>
    /// <exception cref="IOException">An entry cannot be moved or removed.</exception>
    public static void Repair(string folder, Func<string, bool> isTarget)
    {
        foreach (string stray in Find(folder, isTarget))
        {
            string target = Path.Combine(folder, Target(stray)!);
            if (stray.EndsWith(".old", StringComparison.Ordinal) && !Path.Exists(target))
                Directory.Move(stray, target);
            else
                Disk.Local.Delete(stray);
        }
    }

    /// <summary>Deletes a leftover. If this fails, the leftover is swept later.</summary>
    public static void TryDelete(string path, Disk? disk = null)
    {
        try
        {
            (disk ?? Disk.Local).Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next write of the same target sweeps it.
        }
    }

    private static string[] Find(string folder, Func<string, bool> isTarget) =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFileSystemEntries(folder).Where(entry => Target(entry) is string target && isTarget(target))]
            : [];

    private static string? Target(string path) =>
        StrayName().Match(Path.GetFileName(path)) is { Success: true } match ? match.Groups["target"].Value : null;

    // A folder's temporary may have a temporary itself.
    [GeneratedRegex(@"^(?<target>.+?)(\.[0-9a-f]{32}\.(tmp|old))+$")]
    private static partial Regex StrayName();
}
