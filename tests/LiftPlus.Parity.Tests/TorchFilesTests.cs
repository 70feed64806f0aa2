using LiftPlus.TestSupport;
using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Reads checkpoints of the reference (.pth.tar) tensor by tensor.</summary>
public sealed class TorchFilesTests
{
    public static TheoryData<string> Cases =>
        [.. Directory.GetDirectories(GoldenFolder.PathOf("checkpoint")).Select(folder => Path.GetFileName(folder)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryTensorOfACheckpointIsExact(string name)
    {
        GoldenFile golden = GoldenFolder.Tensors("checkpoint", name, "expected.safetensors");
        using WeightSource source = WeightFile.Open(GoldenFolder.PathOf("checkpoint", name, "checkpoint.pth.tar"));
        IEnumerable<string> keys = GoldenFolder
            .Json("checkpoint", name, "expected.json")
            .GetProperty("keys")
            .EnumerateArray()
            .Select(key => "tuner." + key.GetString());
        Assert.Equal(keys, source.Tensors.Keys);
        int masks = 0;
        foreach ((string key, TensorInfo info) in source.Tensors)
        {
            using Tensor value = source.Read(key);
            if (info.DataType == ScalarType.Bool)
            {
                masks++;
                using Tensor places = value.reshape(-1).nonzero();
                Assert.Equal(golden["tuner_true_index." + key["tuner.".Length..]].Integers(), places.reshape(-1).data<long>().ToArray());
            }
            else
            {
                TensorAssert.Close(golden[key], value, 0, 0, key);
            }
        }

        Assert.Equal(golden.Names.Count(key => key.StartsWith("tuner", StringComparison.Ordinal)), source.Tensors.Count);
        Assert.Equal(golden.Names.Count(key => key.StartsWith("tuner_true_index", StringComparison.Ordinal)), masks);
    }
}
