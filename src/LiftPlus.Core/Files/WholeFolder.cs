namespace LiftPlus.Files;

/// <summary>
/// Writes folders that are complete whenever they exist. The files are written to a temporary folder beside the target and reach the
/// device, then the folder takes the target's name. Linux exchanges a folder that is replaced with the new one in one step, so that after
/// a crash the target is the earlier folder or the new one. Elsewhere the earlier one is moved aside first: a crash between the two renames
/// leaves it beside the target as <c>name.{32 hex digits}.old</c>, from where <see cref="Strays.Repair"/> moves it back.
/// </summary>
internal static class WholeFolder
{
    /// <summary>Writes a new folder.</summary>
    /// <param name="folder">A folder that does not exist, or is empty.</param>
    /// <param name="fill">Writes the files into the folder it is given.</param>
    /// <param name="disk">The file operations; the local ones by default.</param>
    /// <exception cref="LiftPlusException">The folder has content or cannot be written. Nothing is left behind.</exception>
    public static void Create(string folder, Action<string> fill, Disk? disk = null)
    {
        RefuseContent(folder);
        Write(folder, fill, Replace, disk ?? Disk.Local);
    }

    /// <summary>Writes a folder, or replaces it with all its content; the caller has made sure that the content may be lost.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="fill">Writes the files into the folder it is given.</param>
    /// <param name="disk">The file operations; the local ones by default.</param>
    /// <exception cref="LiftPlusException">The folder cannot be written. The earlier one stays.</exception>
    public static void Replace(string folder, Action<string> fill, Disk? disk = null) => Write(folder, fill, Replace, disk ?? Disk.Local);

    /// <summary>
    /// Writes a folder, or adds the files to one that exists. Each file is whole and replaces the one of its name; a crash between two of
    /// them leaves earlier files beside new ones.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="fill">Writes the files into the folder it is given.</param>
    /// <param name="disk">The file operations; the local ones by default.</param>
    /// <exception cref="LiftPlusException">The folder cannot be written.</exception>
    public static void Add(string folder, Action<string> fill, Disk? disk = null) => Write(folder, fill, Add, disk ?? Disk.Local);

    /// <summary>Returns whether a path is a file or a folder with something in it.</summary>
    public static bool HasContent(string path) =>
        File.Exists(path) || (Directory.Exists(path) && FolderReader.Read(path, () => Directory.EnumerateFileSystemEntries(path).Any()));

    /// <exception cref="LiftPlusException">The path is a file, or a folder with something in it.</exception>
    public static void RefuseContent(string folder)
    {
        if (HasContent(folder))
            throw new LiftPlusException($"{folder} exists and is not empty; choose a new folder. Nothing was overwritten.");
    }

    private static void Write(string folder, Action<string> fill, Action<string, string, Disk> publish, Disk disk)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)),
            temporary = Strays.Temporary(target);
        try
        {
            Directory.CreateDirectory(temporary);
            fill(temporary);
            Flush(temporary, disk);
            if (Directory.Exists(target))
                publish(temporary, target, disk);
            else
                disk.MoveFolder(temporary, target);
            disk.FlushFolder(Path.GetDirectoryName(target)!);
            Strays.Sweep(target, disk);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException(
                $"{folder} cannot be written ({e.Message}). Check the parent folder, its permissions and the free space.",
                e
            );
        }
        finally
        {
            Strays.TryDelete(temporary, disk); // gone already, or the content that was replaced
        }
    }

    private static void Replace(string temporary, string target, Disk disk)
    {
        if (disk.TryExchange(temporary, target))
            return;
        string aside = Strays.Aside(target);
        disk.MoveFolder(target, aside);
        try
        {
            disk.MoveFolder(temporary, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            disk.MoveFolder(aside, target);
            throw;
        }

        Strays.TryDelete(aside, disk);
    }

    private static void Add(string temporary, string target, Disk disk)
    {
        foreach (string file in Directory.GetFiles(temporary))
            disk.MoveFile(file, Path.Combine(target, Path.GetFileName(file)));
        disk.FlushFolder(target);
    }

    private static void Flush(string folder, Disk disk)
    {
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            disk.Flush(file);
        foreach (string inner in Directory.GetDirectories(folder, "*", SearchOption.AllDirectories))
            disk.FlushFolder(inner);
        disk.FlushFolder(folder);
    }
}
