namespace LiftPlus.Weights;

/// <summary>Represents the part of a file whose names begin with a prefix, under the rest of the name. It does not own the file.</summary>
internal sealed class PrefixedSource(WeightSource source, string prefix) : WeightSource(source.Path)
{
    public override string Format => source.Format;

    public override IReadOnlyDictionary<string, TensorInfo> Tensors { get; } =
        source
            .Tensors.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);

    internal override StoredTensor Find(string name) => source.Find(prefix + name);

    protected override void Dispose(bool disposing) { }
}
