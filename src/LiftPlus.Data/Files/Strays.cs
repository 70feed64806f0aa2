using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace LiftPlus.Files;

/// <summary>
/// Names the files and folders that exist only while something is written, and removes those that a killed process left behind. Two names
/// are used beside the target <c>name</c>: <c>name.{32 hex digits}.tmp</c> is unfinished, and <c>name.{32 hex digits}.old</c> was moved
/// aside to be replaced. The digits say who writes: 12 for the machine and its session, 8 for the process, 12 random ones.
/// </summary>
internal static partial class Strays
{
    public const string New = "tmp",
        Old = "old";
    private const int PlaceDigits = 12,
        ProcessDigits = 8;

    // A writer on another machine cannot be asked; nothing takes this long to write.
    private static readonly TimeSpan s_abandoned = TimeSpan.FromDays(1);
    private static readonly ConcurrentDictionary<string, bool> s_active = [];

    /// <summary>
    /// Gets what tells this machine, its session and container from others: process numbers mean the same only within one of them.
    /// </summary>
    public static string Place { get; } = FindPlace();

    public static string Name(string target, string kind) => Name(target, kind, Place, Environment.ProcessId);

    public static string Name(string target, string kind, string place, int process) =>
        $"{target}.{place}{process:x8}{RandomNumberGenerator.GetHexString(12, lowercase: true)}.{kind}";

    public static void Begin(string path) => s_active[path] = true;

    public static void End(string path) => s_active.TryRemove(path, out _);

    /// <summary>
    /// Removes what killed writers of this target left behind: those of this machine that no longer run, and all from a day ago or earlier.
    /// A stray that cannot be removed stays.
    /// </summary>
    public static void Sweep(string target)
    {
        DateTime before = DateTime.UtcNow - s_abandoned;
        try
        {
            foreach (string stray in Find(Path.GetDirectoryName(target)!, name => name == Path.GetFileName(target)))
            {
                bool isDead = IsDead(stray) || (!s_active.ContainsKey(stray) && Directory.GetLastWriteTimeUtc(stray) < before);
                if (isDead && !IsOnlyCopy(stray, target))
                    TryDelete(stray);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that may not be listed keeps its strays.
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
            if (IsOnlyCopy(stray, target))
                Disk.Current.MoveFolder(stray, target);
            else
                Disk.Current.Delete(stray);
        }
    }

    /// <summary>Deletes a leftover. If this fails, the leftover is swept later.</summary>
    public static void TryDelete(string path)
    {
        try
        {
            Disk.Current.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next write of the same target sweeps it.
        }
    }

    /// <summary>Returns whether a stray is the earlier content of a target that has no successor.</summary>
    public static bool IsOnlyCopy(string stray, string target) =>
        stray.EndsWith($".{Old}", StringComparison.Ordinal) && !Path.Exists(target);

    private static string[] Find(string folder, Func<string, bool> isTarget) =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFileSystemEntries(folder).Where(entry => Target(entry) is string target && isTarget(target))]
            : [];

    private static string? Target(string path) =>
        StrayName().Match(Path.GetFileName(path)) is { Success: true } match ? match.Groups["target"].Value : null;

    // Dead for certain: written on this machine since it started, by a process that is gone, or by this one, which no longer needs it.
    private static bool IsDead(string stray)
    {
        string digits = StrayName().Match(Path.GetFileName(stray)).Groups["writer"].Captures[^1].Value;
        if (!digits.StartsWith(Place, StringComparison.Ordinal))
            return false;
        int process = int.Parse(digits.AsSpan(PlaceDigits, ProcessDigits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return process == Environment.ProcessId ? !s_active.ContainsKey(stray) : !IsRunning(process);
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string FindPlace()
    {
        string session = OperatingSystem.IsLinux() ? Read(() => File.ReadAllText("/proc/sys/kernel/random/boot_id")) : "",
            container = OperatingSystem.IsLinux() ? Read(() => new FileInfo("/proc/self/ns/pid").LinkTarget) : "";
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName}\n{session}\n{container}"));
        return Convert.ToHexStringLower(hash)[..PlaceDigits];
    }

    // Where it cannot be read, a random value: every other writer is then unknown.
    private static string Read(Func<string?> read)
    {
        try
        {
            return read() ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Guid.NewGuid().ToString();
        }
    }

    // A folder's temporary may have a temporary itself.
    [GeneratedRegex(@"^(?<target>.+?)(\.(?<writer>[0-9a-f]{32})\.(tmp|old))+$")]
    private static partial Regex StrayName();
}
