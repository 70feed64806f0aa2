using System.Text;

namespace LiftPlus.Files;

/// <summary>
/// Writes files that are complete whenever they exist. The bytes go to a temporary file beside the target, reach the device, and are
/// renamed over the target; then the folder's entry reaches the device. After a crash or a power failure the target is the earlier file or
/// the new one.
/// </summary>
internal static class WholeFile
{
    /// <summary>Writes a file, or replaces it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="failure">Creates the exception from the problem and its cause; a <see cref="LiftPlusException"/> by default.</param>
    /// <param name="disk">The file operations; the local ones by default.</param>
    /// <exception cref="LiftPlusException">The file cannot be written. The earlier file stays.</exception>
    public static void Write(
        string path,
        Action<Stream> write,
        Func<string, Exception, LiftPlusException>? failure = null,
        Disk? disk = null
    )
    {
        disk ??= Disk.Local;
        string target = Path.GetFullPath(path),
            temporary = Strays.Temporary(target);
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
                write(stream);
            Publish(temporary, target, disk);
            Strays.Sweep(target, disk);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string problem = $"the file cannot be written ({e.Message}). Check the folder, its permissions and the free space.";
            throw failure?.Invoke(problem, e) ?? new LiftPlusException($"{path}: {problem}", e);
        }
        finally
        {
            Strays.TryDelete(temporary, disk); // gone already when all went well
        }
    }

    /// <summary>Writes text in UTF-8 without a byte order mark, or replaces it.</summary>
    /// <exception cref="LiftPlusException">The file cannot be written. The earlier file stays.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Gives a complete, closed file its name: its bytes reach the device first, its entry in the folder afterwards.</summary>
    /// <exception cref="IOException">The file cannot be renamed, or the device failed.</exception>
    public static void Publish(string temporary, string path, Disk? disk = null)
    {
        disk ??= Disk.Local;
        disk.Flush(temporary);
        disk.MoveFile(temporary, path);
        disk.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
