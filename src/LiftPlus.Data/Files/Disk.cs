namespace LiftPlus.Files;

/// <summary>
/// Provides every operation that changes files: all that the library writes goes through <see cref="Current"/>. Tests derive from it to
/// fail, or to stop as a crash does, before any of them.
/// </summary>
internal class Disk
{
    private const int BufferSize = 1 << 16;
    private static readonly Disk s_local = new();
    private static readonly AsyncLocal<Disk?> s_chosen = new();

    /// <summary>Gets the operations of the running flow: those of the machine, unless <see cref="Use"/> has chosen others.</summary>
    public static Disk Current => s_chosen.Value ?? s_local;

    /// <summary>Chooses the operations of this flow and of the tasks that it starts, until the result is disposed. Tests use it.</summary>
    public static IDisposable Use(Disk disk)
    {
        Disk? earlier = s_chosen.Value;
        s_chosen.Value = disk;
        return new Choice(earlier);
    }

    /// <summary>Opens a file for writing.</summary>
    /// <param name="file">The file.</param>
    /// <param name="mode">Whether it is created, continued or replaced.</param>
    /// <param name="access">Whether it is also read.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    /// <param name="bufferSize">The number of bytes that are written together; 1 for no buffer.</param>
    public virtual Stream Open(
        string file,
        FileMode mode,
        FileAccess access = FileAccess.Write,
        FileShare share = FileShare.None,
        int bufferSize = BufferSize
    ) => new FileStream(file, mode, access, share, bufferSize);

    /// <summary>Creates a folder and those above it, where they are missing.</summary>
    public virtual void CreateFolder(string folder) => Directory.CreateDirectory(folder);

    /// <summary>Creates a link to a file.</summary>
    public virtual void CreateLink(string link, string target) => File.CreateSymbolicLink(link, target);

    /// <summary>Copies a file to a new name.</summary>
    public virtual void CopyFile(string from, string to) => File.Copy(from, to);

    /// <summary>Brings a closed file's bytes to the device.</summary>
    public virtual void Flush(string file)
    {
        // fsync works on a handle for reading; Windows wants one for writing.
        FileAccess access = OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read;
        using var handle = File.OpenHandle(file, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Brings a folder's entries to the device, so that a rename survives a power failure. Windows does this by itself.</summary>
    public virtual void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsWindows())
            UnixFiles.FlushFolder(folder);
    }

    /// <summary>Renames a file over another one, or to a new name.</summary>
    public virtual void MoveFile(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Renames a folder to a new name.</summary>
    public virtual void MoveFolder(string from, string to) => Directory.Move(from, to);

    /// <summary>Exchanges two folders in one step; returns false where the system cannot.</summary>
    public virtual bool TryExchange(string one, string other) => UnixFiles.TryExchange(one, other);

    /// <summary>Deletes a file or a folder with its content, if it is there.</summary>
    public virtual void Delete(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private sealed class Choice(Disk? earlier) : IDisposable
    {
        public void Dispose() => s_chosen.Value = earlier;
    }
}
