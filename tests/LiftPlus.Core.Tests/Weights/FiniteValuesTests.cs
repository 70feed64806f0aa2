using LiftPlus.Backbones;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Weights;

public sealed class FiniteValuesTests : IDisposable
{
    private const string First = "vision_model.encoder.layers.0.mlp.fc1.weight",
        Second = "text_model.encoder.layers.1.self_attn.k_proj.weight";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void EveryTensorThatIsNotFiniteIsNamed(float value)
    {
        string message = Refused(tensors =>
        {
            Set(tensors[First], 0, value);
            Set(tensors[Second], 17, value);
            Set(tensors[Second], 18, -value);
        });
        Assert.Contains("2 of ", message);
        Assert.Contains($"'{First}' (1 of 20480 values)", message);
        Assert.Contains($"'{Second}' (2 of 4096 values)", message);
        Assert.Contains(_folder["model"], message);
    }

    [Fact]
    public void OnlyTheFirstOfManyAreNamed()
    {
        string message = Refused(tensors =>
        {
            foreach (Tensor tensor in tensors.Values)
                Fill(tensor, double.NaN);
        });
        Assert.Contains("94 of 94 tensors", message);
        Assert.Contains("and 89 more", message);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)]
    public void ValuesOfOtherTypesAreLookedAtAsTheyAreUsed(ScalarType type)
    {
        string message = Refused(tensors =>
        {
            tensors[First] = tensors[First].to(type);
            if (type == ScalarType.Float64)
                Fill(tensors[First], 1e300); // too large for float32
            else
                Set(tensors[First], 5, float.PositiveInfinity);
        });
        Assert.Contains(type == ScalarType.Float64 ? $"'{First}' (20480 of 20480 values)" : $"'{First}' (1 of 20480 values)", message);
    }

    [Fact]
    public void LargeValuesAreFinite()
    {
        using DisposeScope scope = NewDisposeScope();
        FiniteValues finite = new();
        finite.Add("large", Fill(zeros(1000), float.MaxValue));
        finite.Add("half", Fill(zeros(1000, dtype: ScalarType.Float16), 60000));
        finite.Add("whole", tensor(new long[] { 0, long.MaxValue }));
        finite.Add("nothing", zeros(0));
        Assert.Null(finite.Problem);
    }

    [Fact]
    public void AWeightThatHalfPrecisionCannotHoldIsNamed()
    {
        using Backbone backbone = new(TinyBackbones.ViT);
        backbone.Initialize(1);
        Set(backbone.state_dict()["image.blocks.1.attn.qkv.weight"], 4, 70000);
        string message = Assert.Throws<LiftPlusException>(() => backbone.StoreImageWeightsAs(ScalarType.Float16)).Message;
        Assert.Contains("'image.blocks.1.attn.qkv.weight' (1 of 6912 values)", message);
        Assert.All(backbone.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
        backbone.StoreImageWeightsAs(ScalarType.BFloat16);
    }

    // OpenAI's archives hold a causal mask of -infinity, which the model does not take from the file.
    [Fact]
    public void WhatTheModelDoesNotUseMayBeAnything()
    {
        using Backbone saved = new(TinyBackbones.Clip);
        saved.Initialize(1);
        saved.Save(_folder["model"], null, WeightNaming.OpenAI);
        string path = Path.Combine(_folder["model"], "open_clip_model.safetensors");
        Rewrite(path, tensors => tensors["attn_mask"] = Fill(zeros(9, 9), double.NegativeInfinity));
        using Backbone loaded = Backbone.Load(_folder["model"]);
        Assert.Equal(saved.Config, loaded.Config);
    }

    [Fact]
    public void AModuleIsRefusedNaN()
    {
        using Tensor weight = tensor(new float[] { 1, float.NaN, 3 });
        Safetensors.Write(_folder["m.safetensors"], [new("weight", weight)]);
        using Tensor target = zeros(3);
        using Safetensors file = Safetensors.Open(_folder["m.safetensors"]);
        WeightFileException e = Assert.Throws<WeightFileException>(() =>
            WeightLoader.Load(new Dictionary<string, Tensor> { ["weight"] = target }, file)
        );
        Assert.Contains("1 of 1 tensors hold values that are NaN or infinite: 'weight' (1 of 3 values)", e.Message);
    }

    private string Refused(Action<Dictionary<string, Tensor>> change)
    {
        using Backbone saved = new(TinyBackbones.Clip);
        saved.Initialize(1);
        saved.Save(_folder["model"]);
        Rewrite(Path.Combine(_folder["model"], "model.safetensors"), change);
        return Assert.Throws<WeightFileException>(() => Backbone.Load(_folder["model"]).Dispose()).Message;
    }

    private static void Rewrite(string path, Action<Dictionary<string, Tensor>> change)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors;
        using (Safetensors file = Safetensors.Open(path))
            tensors = file.Tensors.Keys.ToDictionary(name => name, file.Read);
        change(tensors);
        Safetensors.Write(path, tensors);
    }

    private static void Set(Tensor values, long place, float value)
    {
        using Tensor flat = values.view(-1),
            slot = flat.narrow(0, place, 1);
        Fill(slot, value);
    }

    private static Tensor Fill(Tensor values, double value)
    {
        using Tensor one = tensor(value);
        return values.copy_(one.expand(values.shape));
    }
}
