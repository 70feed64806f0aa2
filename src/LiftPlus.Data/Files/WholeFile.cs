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
    /// <exception cref="LiftPlusException">The file cannot be written. The earlier file stays.</exception>
    public static void Write(string path, Action<Stream> write, Func<string, Exception, LiftPlusException>? failure = null)
    {
        string target = Path.GetFullPath(path);
        using Stray temporary = Stray.New(target);
        try
        {
            using (Stream stream = Disk.Current.Open(temporary.Path, FileMode.CreateNew))
                write(stream);
            Publish(temporary.Path, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string problem = Problem(e);
            throw failure?.Invoke(problem, e) ?? new LiftPlusException($"{path}: {problem}", e);
        }

        Strays.Sweep(target);
    }

    /// <summary>Writes a file, or replaces it, while its content is computed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content. What it throws is thrown on, and nothing is left of the new file.</param>
    /// <exception cref="LiftPlusException">The file cannot be written. The earlier file stays.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        string target = Path.GetFullPath(path);
        using Stray temporary = Stray.New(target);
        try
        {
            using (Stream stream = Disk.Current.Open(temporary.Path, FileMode.CreateNew))
                await write(stream).ConfigureAwait(false);
            Publish(temporary.Path, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException($"{path}: {Problem(e)}", e);
        }

        Strays.Sweep(target);
    }

    /// <summary>Writes text in UTF-8 without a byte order mark, or replaces it.</summary>
    /// <exception cref="LiftPlusException">The file cannot be written. The earlier file stays.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Gives a complete, closed file its name: its bytes reach the device first, its entry in the folder afterwards.</summary>
    /// <exception cref="IOException">The file cannot be renamed, or the device failed.</exception>
    public static void Publish(string temporary, string path)
    {
        Disk disk = Disk.Current;
        disk.Flush(temporary);
        disk.MoveFile(temporary, path);
        disk.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static string Problem(Exception e) =>
        $"the file cannot be written ({e.Message}). Check the folder, its permissions and the free space.";
}
