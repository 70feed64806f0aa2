using LiftPlus.Backbones;
using LiftPlus.Backbones.Families;
using LiftPlus.Backbones.Libraries;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Weights;

public sealed class WeightLoaderTests : IDisposable
{
    private static readonly Scalar s_two = TensorMath.Hold(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void ValuesAreConvertedToTheModulesType(ScalarType stored)
    {
        using nn.Module<Tensor, Tensor> linear = nn.Linear(3, 2);
        using Tensor weight = ones(2, 3).mul(s_two).to(stored),
            bias = zeros(2).to(stored);
        using Safetensors file = Open(("weight", weight), ("bias", bias));
        WeightLoader.Load(linear, file);
        Assert.All(linear.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
        Assert.All(linear.state_dict()["weight"].data<float>().ToArray(), value => Assert.Equal(2f, value));
    }

    [Fact]
    public void EveryDifferenceIsListedAndNothingIsCopied()
    {
        using nn.Module<Tensor, Tensor> linear = nn.Linear(3, 2);
        float[] before = [.. linear.state_dict()["weight"].data<float>()];
        using Tensor wide = zeros(2, 4),
            extra = zeros(1);
        using Safetensors file = Open(("weight", wide), ("extra", extra));
        WeightMismatchException e = Assert.Throws<WeightMismatchException>(() => WeightLoader.Load(linear, file));
        Assert.Equal(["bias"], e.Missing);
        Assert.Equal(["extra"], e.Unexpected);
        Assert.Equal([new WrongTensor("weight", "numbers [2, 3]", "Float32 [2, 4]")], e.Wrong);
        Assert.Contains(_folder["w.safetensors"], e.Message);
        Assert.Contains("expected numbers [2, 3], found Float32 [2, 4]", e.Message);
        Assert.Equal(before, linear.state_dict()["weight"].data<float>().ToArray());
    }

    [Theory]
    [InlineData(1)] // would broadcast
    [InlineData(3)]
    public void AShapeThatOnlyBroadcastsIsRefused(long rows)
    {
        using nn.Module<Tensor, Tensor> linear = nn.Linear(3, 2);
        using Tensor weight = zeros(rows, 3),
            bias = zeros(2);
        using Safetensors file = Open(("weight", weight), ("bias", bias));
        Assert.Single(Assert.Throws<WeightMismatchException>(() => WeightLoader.Load(linear, file)).Wrong);
    }

    [Fact]
    public void IntegersDoNotFillNumbers()
    {
        using nn.Module<Tensor, Tensor> linear = nn.Linear(3, 2);
        using Tensor weight = zeros(2, 3, dtype: int64),
            bias = zeros(2);
        using Safetensors file = Open(("weight", weight), ("bias", bias));
        Assert.Equal("Int64 [2, 3]", Assert.Throws<WeightMismatchException>(() => WeightLoader.Load(linear, file)).Wrong.Single().Found);
    }

    [Fact]
    public void ATensorWithoutANameInTheNamingIsNamed()
    {
        using Tensor x = zeros(1);
        LiftPlusException e = Assert.Throws<LiftPlusException>(() =>
            TimmNames.Transformer("timm VisionTransformer").ToSource(new Dictionary<string, Tensor> { ["image.lora.down"] = x }).ToList()
        );
        Assert.Contains("image.lora.down", e.Message);
    }

    [Fact]
    public void AnUnknownNamingListsTheOnesUnderstood()
    {
        using Tensor x = zeros(1);
        using Safetensors file = Open(("conv.weight", x));
        string message = Assert.Throws<WeightFileException>(() => BackboneFamilies.Recognize(file)).Message;
        Assert.Contains("conv.weight", message);
        Assert.Contains("OpenAI CLIP (visual.class_embedding, visual.conv1.weight)", message);
    }

    // Safetensors and PyTorch's own parts; what a file is does not depend on its name.
    [Fact]
    public void AnIndexJoinsSeveralFiles()
    {
        using Tensor weight = ones(2, 3);
        Safetensors.Write(_folder["a"], [KeyValuePair.Create("weight", weight)]);
        _folder.Write(
            "b",
            PickleBuilder.Archive(PickleBuilder.Start().Op('}').Text("bias").Tensor("0", 2, 0, [2], [1]).Op('s').Done(), ("0", [0, 0]))
        );
        string index = _folder.Write("anything", """ {"weight_map":{"weight":"a","bias":"b"}}""");
        using nn.Module<Tensor, Tensor> linear = nn.Linear(3, 2);
        using (WeightSource source = WeightFile.Open(index))
        {
            Assert.Equal("safetensors and torch.save archive in 2 parts", source.Format);
            WeightLoader.Load(linear, source);
        }

        Assert.All(linear.state_dict()["weight"].data<float>().ToArray(), value => Assert.Equal(1f, value));
    }

    [Theory]
    [InlineData("""{"weight_map":{"weight":"../a.safetensors"}}""", "only files of the same folder")]
    [InlineData("""{"weight_map":{"weight":"none.safetensors"}}""", "the file does not exist")]
    [InlineData("""{"weight_map":{"other":"a.safetensors"}}""", "but it is not there")]
    [InlineData("""{"weight_map":{"weight":1}}""", "is not a file name")]
    [InlineData("""{"weight_map":[]}""", "should be an object")]
    [InlineData("{}", "no 'weight_map'")]
    [InlineData("{", "cannot be read")]
    public void AWrongIndexSaysWhatIsWrong(string json, string expected)
    {
        using Tensor weight = ones(2, 3);
        Safetensors.Write(_folder["a.safetensors"], [KeyValuePair.Create("weight", weight)]);
        string index = _folder.Write("model.safetensors.index.json", json);
        Assert.Contains(expected, Assert.ThrowsAny<LiftPlusException>(() => WeightFile.Open(index).Dispose()).Message);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS pointer")]
    [InlineData("\n<!DOCTYPE html><html></html>", "a web page")]
    public void WhatStandsForTheWeightsIsNamed(string content, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<WeightFileException>(() => WeightFile.Open(_folder.Write("model.safetensors", content)).Dispose()).Message
        );

    private Safetensors Open(params (string Name, Tensor Value)[] tensors)
    {
        Safetensors.Write(_folder["w.safetensors"], tensors.Select(t => KeyValuePair.Create(t.Name, t.Value)));
        return Safetensors.Open(_folder["w.safetensors"]);
    }
}
