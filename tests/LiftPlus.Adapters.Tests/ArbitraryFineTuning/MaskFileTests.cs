using LiftPlus.Adapters;
using LiftPlus.Peft;
using LiftPlus.Sites;
using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Adapters.Tests.ArbitraryFineTuning;

/// <summary>Tests arbitrary fine-tuning with masks from a file.</summary>
public sealed class MaskFileTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
    private readonly Backbone _backbone = SmallBackbone.Clip();

    public void Dispose()
    {
        _backbone.Dispose();
        File.Delete(_file);
    }

    [Fact]
    public void TrainsExactlyTheEntriesOfTheMasks()
    {
        Dictionary<string, Tensor> masks = Masks();
        Safetensors.Write(_file, masks);
        Apply();
        foreach ((string name, Tensor mask) in masks)
        {
            int end = name.LastIndexOf('.') + 1;
            long[] want = [.. mask.flatten().data<bool>().ToArray().Index().Where(entry => entry.Item).Select(entry => (long)entry.Index)];
            Assert.NotEmpty(want);
            Assert.Equal(
                want,
                _backbone
                    .named_buffers()
                    .Single(buffer => buffer.name == $"{name[..end]}masked_{name[end..]}.index")
                    .buffer.data<long>()
                    .ToArray()
            );
        }
    }

    [Fact]
    public void MasksThatDoNotFitAreAllNamedAndNothingIsAttached()
    {
        Dictionary<string, Tensor> masks = Masks();
        string[] names = [.. masks.Keys];
        masks.Remove(names[0]);
        masks[names[1]] = zeros(3, dtype: @bool);
        masks[names[2]] = masks[names[2]].to(float32);
        masks["image.blocks.9.mlp.fc1.weight"] = zeros(3, dtype: @bool);
        Safetensors.Write(_file, masks);
        string message = Assert.Throws<LiftPlusException>(Apply).Message;
        Assert.Contains(_file, message);
        Assert.Contains($"'{names[0]}' is missing", message);
        Assert.Contains($"'{names[1]}' is Bool [3] instead of Bool [", message);
        Assert.Contains($"'{names[2]}' is Float32", message);
        Assert.Contains("'image.blocks.9.mlp.fc1.weight' is unexpected", message);
        Assert.Empty(_backbone.modules().OfType<WeightAdapter>());
    }

    [Fact]
    public void ASavedModelNeedsNoMaskFileAndItsPlacesAreChecked()
    {
        Safetensors.Write(_file, Masks());
        Apply();
        string saved = _file + ".saved";
        try
        {
            Dictionary<string, Tensor> state = new(_backbone.TrainedState());
            Safetensors.Write(saved, state);
            File.Delete(_file);
            using (Backbone again = Load(saved))
                Assert.Equal(state.Keys.Order(), again.TrainedState().Keys.Order());

            string index = state.Keys.First(name => name.EndsWith(".index", StringComparison.Ordinal));
            foreach (
                long[] wrong in (long[][])
                    [
                        [3, 3],
                        [1, 0],
                        [-1, 2],
                        [0, 1L << 40],
                    ]
            )
            {
                state[index] = tensor(wrong);
                Safetensors.Write(saved, state);
                string message = Assert.Throws<LiftPlusException>(() => Load(saved)).Message;
                Assert.Contains(index, message);
                Assert.Contains(saved, message);
            }
        }
        finally
        {
            File.Delete(saved);
        }
    }

    private ArbitraryFineTuningOptions Options =>
        new()
        {
            Layers = LayerSelection.From(0, 2),
            Part = ArbitraryFineTuningPart.Attention,
            MaskFile = _file,
        };

    private void Apply()
    {
        using var random = new Generator(1);
        Options.Apply(new PeftContext(_backbone, SmallBackbone.Classes, random));
    }

    private Backbone Load(string saved)
    {
        using WeightSource source = Safetensors.Open(saved);
        using var random = new Generator(2);
        Backbone backbone = SmallBackbone.Clip();
        Options.Apply(new PeftContext(backbone, SmallBackbone.Classes, random) { Saved = source });
        return backbone;
    }

    private Dictionary<string, Tensor> Masks()
    {
        using var random = new Generator(3);
        return _backbone
            .named_parameters()
            .Where(entry => entry.name.StartsWith("image.blocks.0.attn.") || entry.name.StartsWith("image.blocks.2.attn."))
            .ToDictionary(entry => entry.name, entry => rand(entry.parameter.shape, generator: random).lt(tensor(0.3f)));
    }
}
