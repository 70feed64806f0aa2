namespace LiftPlus.Files;

/// <summary>
/// Writes folders that are complete whenever they exist. The files are written to a temporary folder beside the target and reach the
/// device, then the folder takes the target's name. Linux and macOS exchange a folder that is replaced with the new one in one step, so
/// that readers always find the earlier folder or the new one, also after a crash. Where the system cannot, the earlier one is moved aside
/// first: a crash between the two renames leaves it beside the target as <c>name.{32 hex digits}.old</c>, from where
/// <see cref="Strays.Repair"/> moves it back.
/// </summary>
internal static class WholeFolder
{
    /// <summary>Writes a new folder.</summary>
    /// <param name="folder">A folder that does not exist, or is empty.</param>
    /// <param name="fill">Writes the files into the folder it is given.</param>
    /// <exception cref="LiftPlusException">The folder has content or cannot be written. Nothing is left behind.</exception>
    public static void Create(string folder, Action<string> fill)
    {
        RefuseContent(folder);
        Write(folder, fill, Replace);
    }

    /// <summary>Writes a folder, or replaces it with all its content; the caller has made sure that the content may be lost.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="fill">Writes the files into the folder it is given.</param>
    /// <exception cref="LiftPlusException">The folder cannot be written. The earlier one stays.</exception>
    public static void Replace(string folder, Action<string> fill) => Write(folder, fill, Replace);

    /// <summary>
    /// Writes a folder, or adds the files to one that exists. A folder that holds nothing else is replaced. In another, each file is whole
    /// and replaces the one of its name; a crash between two of them leaves earlier files beside new ones.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="fill">Writes the files into the folder it is given.</param>
    /// <exception cref="LiftPlusException">The folder cannot be written.</exception>
    public static void Add(string folder, Action<string> fill) => Write(folder, fill, Add);

    /// <summary>Returns whether a path is a file or a folder with something in it.</summary>
    public static bool HasContent(string path) =>
        File.Exists(path) || (Directory.Exists(path) && FolderReader.Read(path, () => Directory.EnumerateFileSystemEntries(path).Any()));

    /// <exception cref="LiftPlusException">The path is a file, or a folder with something in it.</exception>
    public static void RefuseContent(string folder)
    {
        if (HasContent(folder))
            throw new LiftPlusException($"{folder} exists and is not empty; choose a new folder. Nothing was overwritten.");
    }

    private static void Write(string folder, Action<string> fill, Action<string, string> publish)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        using Stray temporary = Stray.New(target); // at the end it holds the content that was replaced
        try
        {
            string[] created = [.. MissingParents(target)];
            Disk.Current.CreateFolder(temporary.Path);
            fill(temporary.Path);
            Flush(temporary.Path);
            if (Directory.Exists(target))
                publish(temporary.Path, target);
            else
                Disk.Current.MoveFolder(temporary.Path, target);
            foreach (string changed in created.Prepend(target).Select(path => Path.GetDirectoryName(path)!))
                Disk.Current.FlushFolder(changed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LiftPlusException(
                $"{folder} cannot be written ({e.Message}). Check the parent folder, its permissions and the free space.",
                e
            );
        }
        catch (LiftPlusException e) when (e.Message.Contains(temporary.Path, StringComparison.Ordinal))
        {
            throw new LiftPlusException($"{folder} was not written: {e.Message.Replace(temporary.Path, target)}", e);
        }

        Strays.Sweep(target);
    }

    private static void Replace(string temporary, string target)
    {
        Disk disk = Disk.Current;
        if (disk.TryExchange(temporary, target))
            return;
        using Stray aside = Stray.Old(target);
        disk.MoveFolder(target, aside.Path);
        try
        {
            disk.MoveFolder(temporary, target);
        }
        catch
        {
            disk.MoveFolder(aside.Path, target);
            throw;
        }
    }

    private static void Add(string temporary, string target)
    {
        string[] files = [.. Directory.GetFiles(temporary).Select(file => Path.GetFileName(file))];
        if (!Directory.EnumerateFileSystemEntries(target).Select(entry => Path.GetFileName(entry)).Except(files).Any())
        {
            Replace(temporary, target);
            return;
        }

        foreach (string file in files)
            Disk.Current.MoveFile(Path.Combine(temporary, file), Path.Combine(target, file));
        Disk.Current.FlushFolder(target);
    }

    private static void Flush(string folder)
    {
        foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            Disk.Current.Flush(file);
        foreach (string inner in Directory.GetDirectories(folder, "*", SearchOption.AllDirectories))
            Disk.Current.FlushFolder(inner);
        Disk.Current.FlushFolder(folder);
    }

    private static IEnumerable<string> MissingParents(string target)
    {
        for (string? parent = Path.GetDirectoryName(target); parent is not null && !Directory.Exists(parent); )
        {
            yield return parent;
            parent = Path.GetDirectoryName(parent);
        }
    }
}
