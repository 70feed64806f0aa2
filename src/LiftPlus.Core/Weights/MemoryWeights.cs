using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>Represents tensors in memory as if they were in a file. It does not own them.</summary>
/// <param name="name">How messages refer to them.</param>
/// <param name="tensors">The tensors by name.</param>
internal sealed class MemoryWeights(string name, IReadOnlyDictionary<string, Tensor> tensors) : WeightSource(name)
{
    public override string Format => "tensors in memory";

    public override IReadOnlyDictionary<string, TensorInfo> Tensors { get; } =
        tensors.ToDictionary(entry => entry.Key, entry => new TensorInfo(entry.Value.dtype, [.. entry.Value.shape]));

    internal override void CopyTo(string name, Tensor target) => target.copy_(Get(name));

    internal override Tensor ReadCopy(string name)
    {
        using Tensor values = Get(name).detach();
        return values.to(CPU, copy: true);
    }

    internal override StoredTensor Find(string name) => throw new NotSupportedException("Tensors in memory have no place in a file.");

    protected override void Dispose(bool disposing) { }

    private Tensor Get(string name) =>
        tensors.TryGetValue(name, out Tensor? tensor)
            ? tensor
            : throw new WeightFileException(Path, $"tensor '{name}' is missing. There are {tensors.Count} tensors.");
}
