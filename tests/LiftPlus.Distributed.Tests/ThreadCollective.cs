using LiftPlus.Collectives;

namespace LiftPlus.Distributed.Tests;

/// <summary>Moves bytes between threads that stand for processes.</summary>
internal sealed class ThreadCollective : ICollective
{
    private readonly Barrier _barrier;
    private readonly byte[][] _parts;

    private ThreadCollective(int rank, Barrier barrier, byte[][] parts) => (Rank, _barrier, _parts) = (rank, barrier, parts);

    public int Rank { get; }

    public int Count => _parts.Length;

    /// <summary>Runs an action in each of several threads, and returns what it throws in each.</summary>
    public static Exception?[] Run(int count, Action<ThreadCollective> action)
    {
        using var barrier = new Barrier(count);
        byte[][] parts = new byte[count][];
        Exception?[] thrown = new Exception?[count];
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, count)
                .Select(rank => new Thread(() => thrown[rank] = Record.Exception(() => action(new(rank, barrier, parts))))),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return thrown;
    }

    public void AllGather(ReadOnlySpan<byte> own, Span<byte> all)
    {
        foreach ((int rank, byte[] part) in Exchange(own).Index())
            part.CopyTo(all[(rank * part.Length)..]);
    }

    public void AllToAll(ReadOnlySpan<byte> own, Span<byte> received)
    {
        int length = own.Length / Count;
        foreach ((int rank, byte[] part) in Exchange(own).Index())
            part.AsSpan(Rank * length, length).CopyTo(received[(rank * length)..]);
    }

    public void Abort() => throw new InvalidOperationException("The job was aborted.");

    private byte[][] Exchange(ReadOnlySpan<byte> own)
    {
        _parts[Rank] = own.ToArray();
        _barrier.SignalAndWait();
        byte[][] all = [.. _parts];
        _barrier.SignalAndWait();
        return all;
    }
}
