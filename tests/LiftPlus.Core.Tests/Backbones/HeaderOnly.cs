using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones;

/// <summary>A weight file of which only the header exists.</summary>
internal sealed class HeaderOnly(IEnumerable<(string Name, long[] Shape)> tensors, string path = "header") : WeightSource(path)
{
    public static HeaderOnly Of(KeyMap map, Dictionary<string, (long[] Shape, ScalarType Type)> ours) =>
        new(map.Expand([.. ours.Keys]).SelectMany(row => row.Sources.Select((key, i) => (key, row.SourceShape(ours[row.Key].Shape, i)!))));

    public override string Format => "header";

    public override IReadOnlyDictionary<string, TensorInfo> Tensors { get; } =
        tensors.ToDictionary(
            t => t.Name,
            t => new TensorInfo(
                t.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal) ? ScalarType.Int64 : ScalarType.Float16,
                [.. t.Shape]
            )
        );

    internal override StoredTensor Find(string name) => throw new NotSupportedException();

    protected override void Dispose(bool disposing) { }
}
