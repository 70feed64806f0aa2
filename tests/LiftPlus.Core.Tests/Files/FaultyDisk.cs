using LiftPlus.Files;

namespace LiftPlus.Core.Tests.Files;

/// <summary>Counts the steps of a write, and fails or crashes before one of them. After a crash nothing is done any more.</summary>
internal sealed class FaultyDisk(int failBefore, bool crashes, bool canExchange = true) : Disk
{
    public int Steps { get; private set; }

    public override void Flush(string file)
    {
        Step();
        base.Flush(file);
    }

    public override void FlushFolder(string folder)
    {
        Step();
        base.FlushFolder(folder);
    }

    public override void MoveFile(string from, string to)
    {
        Step();
        base.MoveFile(from, to);
    }

    public override void MoveFolder(string from, string to)
    {
        Step();
        base.MoveFolder(from, to);
    }

    public override bool TryExchange(string one, string other)
    {
        if (!canExchange)
            return false;
        Step();
        return base.TryExchange(one, other);
    }

    public override void Delete(string path)
    {
        Step();
        base.Delete(path);
    }

    private void Step()
    {
        int step = Steps++;
        if (crashes ? step >= failBefore : step == failBefore)
            throw crashes ? new CrashException() : new IOException($"no space left before step {step}");
    }

    public sealed class CrashException : Exception;
}
