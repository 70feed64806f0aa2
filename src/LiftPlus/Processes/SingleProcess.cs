using TorchSharp.Modules;

namespace LiftPlus.Processes;

/// <summary>Represents a process that trains alone: nothing is exchanged, and gradients stay where they are.</summary>
internal sealed class SingleProcess : IProcessGroup, IGradientExchange
{
    private SingleProcess() { }

    public static SingleProcess Instance { get; } = new();

    public int Rank => 0;

    public int Count => 1;

    public int LocalRank => 0;

    public void Enter() { }

    public IReadOnlyList<byte[]> Gather(ReadOnlySpan<byte> own) => [own.ToArray()];

    public IGradientExchange CreateExchange(IReadOnlyList<(string Name, Parameter Parameter)> parameters) => this;

    public void Leave(Exception? failure) { }

    public IReadOnlyList<MicroBatchResult> Add(MicroBatchResult own) => [own];

    public void Complete() { }

    public void Dispose() { }
}
