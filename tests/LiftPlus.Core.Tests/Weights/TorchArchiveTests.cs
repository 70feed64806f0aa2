using LiftPlus.Weights;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Weights;

public sealed class TorchArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("tuner")]
    public void WhatIsWrittenIsReadAgain(string? key)
    {
        using Tensor transposed = tensor([0f, 1, 2, 3, 4, 5], [2, 3]).t(),
            half = tensor([0f, 0.5f, -2]).to(float16),
            bits = tensor([true, false]);
        using Tensor scalar = tensor(2.5),
            none = empty(0, 3),
            brain = tensor([1f, -3]).to(bfloat16),
            wide = tensor([long.MinValue, long.MaxValue]);
        KeyValuePair<string, Tensor>[] tensors =
        [
            new("b.w", transposed),
            new("a ü", half),
            new("mask", bits),
            new("s", scalar),
            new("n", none),
            new("f", brain),
            new("i", wide),
        ];
        TorchArchive.Write(_folder["x.pt"], tensors, key);
        TorchArchive.Write(_folder["x.pt"], tensors, key); // replaced
        using WeightSource file = WeightFile.Open(_folder["x.pt"]);
        string prefix = key is null ? "" : key + ".";
        Assert.Equal(tensors.Select(entry => prefix + entry.Key), file.Tensors.Keys);
        foreach ((string name, Tensor want) in tensors)
        {
            using Tensor got = file.Read(prefix + name);
            Assert.Equal(want.dtype, got.dtype);
            TensorAssert.Close(want, got, 0, 0, name);
        }

        Assert.Equal([_folder["x.pt"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void TheSameTensorsGiveTheSameBytes()
    {
        using Tensor value = tensor([1f, 2, 3]);
        TorchArchive.Write(_folder["a.pt"], [new("x", value)]);
        byte[] first = File.ReadAllBytes(_folder["a.pt"]);
        TorchArchive.Write(_folder["a.pt"], [new("x", value)]);
        Assert.Equal(first, File.ReadAllBytes(_folder["a.pt"]));
    }

    [Fact]
    public void WhatCannotBeWrittenIsNamedAndNothingIsLeft()
    {
        using Tensor value = zeros(2),
            complex = zeros(2, dtype: ScalarType.ComplexFloat32);
        Assert.Contains("'x' is given twice", Refused(_folder["a.pt"], new("x", value), new("x", value)));
        Assert.Contains("'c' has the type ComplexFloat32", Refused(_folder["a.pt"], new("x", value), new("c", complex)));
        Assert.Contains("cannot be written", Refused(_folder["none/a.pt"], new KeyValuePair<string, Tensor>("x", value)));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private static string Refused(string path, params KeyValuePair<string, Tensor>[] tensors) =>
        Assert.Throws<WeightFileException>(() => TorchArchive.Write(path, tensors)).Message;
}
