using static TorchSharp.torch;

namespace LiftPlus.Weights;

/// <summary>Represents the part of a file whose names begin with a prefix, under the rest of the name. It does not own the file.</summary>
/// <param name="source">The file.</param>
/// <param name="prefix">What the names begin with.</param>
/// <param name="except">What the names of other parts begin with, which are left out.</param>
internal sealed class PrefixedSource(WeightSource source, string prefix, params string[] except) : WeightSource(source.Path)
{
    public override string Format => source.Format;

    public override IReadOnlyDictionary<string, TensorInfo> Tensors { get; } =
        source
            .Tensors.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Where(entry => !Array.Exists(except, other => entry.Key.StartsWith(other, StringComparison.Ordinal)))
            .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);

    internal override void CopyTo(string name, Tensor target) => source.CopyTo(prefix + name, target);

    internal override Tensor ReadCopy(string name) => source.ReadCopy(prefix + name);

    internal override StoredTensor Find(string name) => source.Find(prefix + name);

    protected override void Dispose(bool disposing) { }
}
