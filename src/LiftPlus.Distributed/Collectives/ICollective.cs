namespace LiftPlus.Collectives;

/// <summary>Moves bytes between processes, which all call the same member at the same time.</summary>
internal interface ICollective
{
    /// <summary>Gets the number of this process, from 0.</summary>
    int Rank { get; }

    /// <summary>Gets the number of processes.</summary>
    int Count { get; }

    /// <summary>Gives what each process has to all of them.</summary>
    /// <param name="own">What this process has, as long in each.</param>
    /// <param name="all">Receives the parts in the order of the processes.</param>
    void AllGather(ReadOnlySpan<byte> own, Span<byte> all);

    /// <summary>Gives part r of what each process has to process r.</summary>
    /// <param name="own">The parts for all processes, one after another, all of the same length.</param>
    /// <param name="received">Receives the parts for this process in the order of the processes that had them.</param>
    void AllToAll(ReadOnlySpan<byte> own, Span<byte> received);

    /// <summary>Ends all processes at once, when this one cannot go on and the others wait for it.</summary>
    void Abort();
}
