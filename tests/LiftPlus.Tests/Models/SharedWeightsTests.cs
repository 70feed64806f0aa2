using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LiftPlus.Adapters;
using LiftPlus.Models;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

public sealed class SharedWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FrozenTensors_LieInMemoryOnce_AndSurviveTheFirstModel()
    {
        string saved = Save("one", builder => builder.AddAdaptFormer()),
            other = Save("two", builder => builder.AddLora());
        FineTunedModel one = FineTunedModel.Load(saved, new ModelLoadOptions { Device = "cpu" });
        using FineTunedModel two = FineTunedModel.Load(other, new ModelLoadOptions { Device = "cpu" });
        using Tensor expected = Logits(two);

        string[] shared = Shared(one, two);
        Assert.Equal(
            one.Backbone.named_parameters().Where(entry => !entry.parameter.requires_grad).Select(entry => entry.name).Order(),
            shared.Order()
        );
        one.Dispose();
        using Tensor found = Logits(two);
        Assert.True(expected.eq(found).all().item<bool>());

        using FineTunedModel three = FineTunedModel.Load(saved, new ModelLoadOptions { Device = "cpu" }); // joins the one that is left
        Assert.NotEmpty(Shared(two, three));
    }

    [Fact]
    public void WhatAModelTrains_IsItsOwn()
    {
        string saved = Save("one", builder => builder.AddAdaptFormer());
        using FineTunedModel served = FineTunedModel.Load(saved, new ModelLoadOptions { Device = "cpu" });
        using Tensor expected = Logits(served);

        // Beside the served model, and on the same backbone: everything, layer norms, a masked part.
        PeftOptions[] methods =
        [
            new FullFineTuningOptions(),
            new LayerNormTuningOptions(),
            new ArbitraryFineTuningOptions(),
            new BitFitOptions(),
        ];
        foreach (PeftOptions method in methods)
        {
            using FineTunedModel trained = Builder().AddPeft(method).Build().Fit(TestWorld.Dataset(4, 4, 4));
            Assert.DoesNotContain(Shared(served, trained), name =>
                trained.Backbone.named_parameters().Single(entry => entry.name == name).parameter.requires_grad
            );
            trained.Save(_folder["trained"]);
            using FineTunedModel loaded = FineTunedModel.Load(_folder["trained"], new ModelLoadOptions { Device = "cpu" });
            using Tensor before = Logits(trained),
                after = Logits(loaded),
                still = Logits(served);
            Assert.True(before.eq(after).all().item<bool>(), method.Type);
            Assert.True(expected.eq(still).all().item<bool>(), method.Type);
        }
    }

    [Fact]
    public void OtherValuesOrTypes_AreNotShared()
    {
        string saved = Save("one", builder => builder.AddAdaptFormer()),
            reduced = Save("half", builder => builder.UseTraining(t => t with { Precision = Precision.BFloat16 }));
        string another = Save("another", builder => builder, seed: 2);
        using FineTunedModel one = FineTunedModel.Load(saved, new ModelLoadOptions { Device = "cpu" }),
            half = FineTunedModel.Load(reduced, new ModelLoadOptions { Device = "cpu" }),
            other = FineTunedModel.Load(another, new ModelLoadOptions { Device = "cpu" });
        Assert.Empty(Shared(one, other));
        Assert.Contains(Shared(one, half), name => name.Contains("norm"));
        Assert.DoesNotContain(Shared(one, half), name => name.Contains("fc1"));
    }

    [Fact]
    public void AnImportedModel_SharesWithALoadedOne()
    {
        string saved = Save("one", builder => builder.AddAdaptFormer());
        using FineTunedModel loaded = FineTunedModel.Load(saved, new ModelLoadOptions { Device = "cpu" });
        ReferenceCheckpoint.Save(_folder["reference"], loaded.Backbone, loaded.Classifier);
        using FineTunedModel imported = ImportedModel.FromReference(
            _folder["reference"],
            loaded.Recipe,
            loaded.Classes,
            new ModelLoadOptions { Device = "cpu" }
        );
        Assert.Contains("image.blocks.0.mlp.fc1.weight", Shared(loaded, imported));
        using Tensor expected = Logits(loaded),
            found = Logits(imported);
        Assert.True(expected.eq(found).all().item<bool>());
    }

    [Fact]
    public void DisposedModels_LeaveNothing()
    {
        string saved = Save("one", builder => builder.AddAdaptFormer());
        int live = SharedWeights.LiveCount;
        FineTunedModel one = FineTunedModel.Load(saved, new ModelLoadOptions { Device = "cpu" }),
            two = FineTunedModel.Load(saved, new ModelLoadOptions { Device = "cpu" });
        Tensor[] parameters = [.. one.Backbone.parameters(), .. two.Backbone.parameters()];
        Assert.Equal(live + 2, SharedWeights.LiveCount);
        one.Dispose();
        two.Dispose();
        Assert.All(parameters, parameter => Assert.True(parameter.IsInvalid)); // each holds a reference to the memory, none is left
        Assert.Equal(live, SharedWeights.LiveCount);
    }

    private LongTailFineTunerBuilder Builder(int seed = 1)
    {
        string file = _folder[$"backbone{seed}.safetensors"];
        if (!File.Exists(file))
        {
            using var backbone = new Backbone(TestWorld.Config);
            backbone.Initialize(seed);
            TestBackbones.WriteTimm(backbone, file);
        }

        return TestWorld.Builder().UseBackbone(file).UseEpochs(1);
    }

    private string Save(string name, Func<LongTailFineTunerBuilder, LongTailFineTunerBuilder> change, int seed = 1)
    {
        using FineTunedModel model = change(Builder(seed)).Build().Fit(TestWorld.Dataset(4, 4, 4));
        model.Save(_folder[name]);
        return _folder[name];
    }

    private static Tensor Logits(FineTunedModel model)
    {
        using IDisposable noGrad = no_grad();
        using Tensor images = linspace(-1, 1, 2 * 3 * 16 * 16).view(2, 3, 16, 16);
        return model.Logits(images);
    }

    private static string[] Shared(FineTunedModel one, FineTunedModel other)
    {
        Dictionary<string, nint> addresses = one
            .Backbone.named_parameters()
            .ToDictionary(entry => entry.name, entry => Address(entry.parameter));
        return
        [
            .. other
                .Backbone.named_parameters()
                .Where(entry => addresses.TryGetValue(entry.name, out nint address) && address == Address(entry.parameter))
                .Select(entry => entry.name),
        ];
    }

    private static unsafe nint Address(Tensor tensor) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
