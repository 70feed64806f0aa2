using LiftPlus.Files;

namespace LiftPlus.TestSupport;

/// <summary>Counts the operations that change files, and puts a fault before one of them.</summary>
/// <param name="at">The number of operations before the fault.</param>
/// <param name="fault">What happens then.</param>
/// <param name="canExchange">Whether folders can be exchanged in one step, as on Linux.</param>
internal sealed class FaultyDisk(int at, Fault fault, bool canExchange = true) : Disk
{
    private const int NoSpace = 28; // ENOSPC
    private int _steps;

    /// <summary>Gets the number of operations so far.</summary>
    public int Steps => _steps;

    /// <summary>Gets whether the fault has come.</summary>
    public bool HasFailed { get; private set; }

    public override Stream Open(string file, FileMode mode, FileAccess access, FileShare share, int bufferSize)
    {
        Step(file, takesSpace: true);
        return new FaultyStream(this, file, base.Open(file, mode, access, share, bufferSize));
    }

    public override void CreateFolder(string folder)
    {
        Step(folder, takesSpace: true);
        base.CreateFolder(folder);
    }

    public override void CreateLink(string link, string target)
    {
        Step(link, takesSpace: true);
        base.CreateLink(link, target);
    }

    public override void CopyFile(string from, string to)
    {
        Step(to, takesSpace: true);
        base.CopyFile(from, to);
    }

    // What reaches the device matters only after a power failure; the tests need not wait for it.
    public override void Flush(string file) => Step(file);

    public override void FlushFolder(string folder) => Step(folder);

    public override void MoveFile(string from, string to)
    {
        Step(to);
        base.MoveFile(from, to);
    }

    public override void MoveFolder(string from, string to)
    {
        Step(to);
        base.MoveFolder(from, to);
    }

    public override bool TryExchange(string one, string other)
    {
        if (!canExchange)
            return false;
        Step(other);
        return base.TryExchange(one, other);
    }

    public override void Delete(string path)
    {
        Step(path);
        base.Delete(path);
    }

    /// <summary>Counts an operation, or fails instead of it.</summary>
    internal void Step(string path, bool takesSpace = false)
    {
        int step = Interlocked.Increment(ref _steps) - 1;
        bool fails = fault switch
        {
            Fault.Crash => step >= at,
            Fault.FullDisk => step >= at && takesSpace,
            _ => step == at,
        };
        if (!fails)
            return;
        HasFailed = true;
        throw fault switch
        {
            Fault.Crash => new CrashException(),
            Fault.FullDisk => new IOException($"No space left on device : '{path}'", NoSpace),
            Fault.Refusal => new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
            Fault.Memory => new OutOfMemoryException($"before operation {step} on '{path}'"),
            _ => new IOException($"The device failed at operation {step} : '{path}'"),
        };
    }
}
