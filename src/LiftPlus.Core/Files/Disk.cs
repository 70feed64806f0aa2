namespace LiftPlus.Files;

/// <summary>
/// Provides the file operations that whole files and folders are made of. Tests derive from it to fail, or to stop as a crash does, before
/// any of them.
/// </summary>
internal class Disk
{
    public static Disk Local { get; } = new();

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
    public virtual bool TryExchange(string one, string other) => OperatingSystem.IsLinux() && UnixFiles.TryExchange(one, other);

    /// <summary>Deletes a file or a folder with its content, if it is there.</summary>
    public virtual void Delete(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }
}
