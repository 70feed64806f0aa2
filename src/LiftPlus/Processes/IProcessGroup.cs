using TorchSharp.Modules;

namespace LiftPlus.Processes;

/// <summary>
/// Represents the processes that train one model together. All of them run the same code and call the members in the same order, so that
/// each holds the same values. Not thread-safe.
/// </summary>
internal interface IProcessGroup
{
    /// <summary>Gets the number of this process, from 0. Process 0 writes checkpoints, reports progress and logs.</summary>
    int Rank { get; }

    /// <summary>Gets the number of processes.</summary>
    int Count { get; }

    /// <summary>Gets the number of this process among those of its machine, from 0.</summary>
    int LocalRank { get; }

    /// <summary>Begins a run.</summary>
    void Enter();

    /// <summary>Collects what every process gives, in the order of their numbers.</summary>
    /// <exception cref="LiftPlusException">Another process has failed; the message says which and why.</exception>
    /// <exception cref="OperationCanceledException">Another process was cancelled.</exception>
    IReadOnlyList<byte[]> Gather(ReadOnlySpan<byte> own);

    /// <summary>Creates what adds up the gradients of the parameters. The caller disposes it.</summary>
    IGradientExchange CreateExchange(IReadOnlyList<(string Name, Parameter Parameter)> parameters);

    /// <summary>
    /// Ends a run. If this process has failed, all others throw at their next call; nothing is done if another process failed before.
    /// </summary>
    /// <param name="failure">Why this process leaves the run; null at its regular end.</param>
    void Leave(Exception? failure);
}
