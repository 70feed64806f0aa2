using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace LiftPlus.Hub;

/// <summary>
/// Compares the contents of the cache with the hashes that are their names: each once a process, and again if it changes. The cache is
/// shared with other programs, and disks fail.
/// </summary>
internal static class CheckedBlobs
{
    private const int BufferBytes = 1 << 20;
    private static readonly ConcurrentDictionary<string, (long Length, DateTime Written)> s_right = new();

    /// <summary>Returns what is wrong with a blob; null if its content is the one that its name stands for.</summary>
    /// <param name="blob">The path of an existing file.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<string?> FindFaultAsync(string blob, CancellationToken cancellationToken)
    {
        string tag = Path.GetFileName(blob);
        FileInfo info = new(blob);
        (long Length, DateTime Written) state = (info.Length, info.LastWriteTimeUtc);
        if (!HubFile.IsHash(tag) || (s_right.TryGetValue(blob, out (long Length, DateTime Written) right) && right == state))
            return null; // other programs may have blobs under other names
        HubFile file = new(tag, tag, state.Length);
        try
        {
            string found = await HashAsync(file, blob, cancellationToken).ConfigureAwait(false);
            if (!found.Equals(tag, StringComparison.OrdinalIgnoreCase))
                return $"{blob} is damaged: its {file.HashName} is {found}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{blob} cannot be read ({e.Message.TrimEnd('.')})";
        }

        s_right[blob] = state;
        return null;
    }

    /// <summary>Remembers a blob that was hashed while it was written.</summary>
    public static void Add(string blob)
    {
        FileInfo info = new(blob);
        s_right[blob] = (info.Length, info.LastWriteTimeUtc);
    }

    private static async Task<string> HashAsync(HubFile file, string blob, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = file.StartHash();
        using FileStream stream = new(blob, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferBytes, true);
        byte[] buffer = new byte[BufferBytes];
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is int read and > 0)
            hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
