using LiftPlus.Backbones;
using LiftPlus.Models;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>The precision of a recipe that names none follows from the size of the backbone.</summary>
public sealed class MixedPrecisionTests
{
    private readonly List<string> _log = [];

    [Theory]
    [InlineData("OpenCLIP ViT-H/14", Precision.Float32)]
    [InlineData("DINOv2 ViT-g/14", Precision.BFloat16)]
    [InlineData("DINOv3 ViT-7B/16", Precision.BFloat16)]
    public void ABackboneOfMoreThanABillionParametersIsStoredInBFloat16(string name, Precision expected)
    {
        using Backbone backbone = WithoutMemory(KnownBackbones.Find(name));
        Assert.Equal(expected, MixedPrecision.Choose(new TrainingOptions().Precision, backbone, new ListLogger(_log)));
        Assert.Equal(expected == Precision.BFloat16 ? 1 : 0, _log.Count(line => line.Contains("are stored in BFloat16")));
        Assert.Equal(Precision.Float32, MixedPrecision.Choose(Precision.Float32, backbone, new ListLogger([])));
    }

    [Fact]
    public void AReportNamesThePrecisionThatWasUsed()
    {
        using FineTunedModel model = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(TestWorld.CreateBackbone)
            .UseTraining(training => training with { Epochs = 1, BatchSize = 4 })
            .UseDevice("cpu")
            .Build()
            .Fit(TestWorld.Dataset(2, 2, 2));
        Assert.Equal(Precision.Auto, model.Recipe.Training.Precision);
        Assert.Equal(Precision.Float32, model.Evaluate(TestWorld.Dataset(1, 1, 1)).Environment!.Precision);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void WeightsThatAreReadIntoBFloat16AreThoseThatAreConvertedAfterwards(ScalarType stored)
    {
        using TemporaryFolder folder = new();
        using (Backbone backbone = TestWorld.CreateBackbone())
        {
            if (stored == ScalarType.BFloat16)
                backbone.StoreImageWeightsAs(ScalarType.BFloat16);
            backbone.Save(folder["backbone"]);
        }

        ImageDataset images = TestWorld.Dataset(2, 2, 2);
        using FineTunedModel read = Fit(builder => builder.UseBackbone(folder["backbone"]), images, Precision.BFloat16);
        using FineTunedModel converted = Fit(
            builder => builder.UseBackbone(() => Backbone.Load(folder["backbone"])),
            images,
            Precision.BFloat16
        );
        Assert.Contains(read.Backbone.parameters(), parameter => parameter.dtype == ScalarType.BFloat16);
        var expected = converted.Backbone.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in read.Backbone.named_parameters())
        {
            Assert.Equal(expected[name].dtype, parameter.dtype);
            Assert.True(expected[name].eq(parameter).all().item<bool>(), name);
        }

        // The hash is that of the values in the file, whatever they are stored as.
        using FineTunedModel wide = Fit(builder => builder.UseBackbone(folder["backbone"]), images, Precision.Float32);
        Assert.Equal(wide.BackboneSha256, read.BackboneSha256);
        Assert.Equal(converted.BackboneSha256, read.BackboneSha256);
        read.Save(folder["model"]);
        using var loaded = FineTunedModel.Load(folder["model"], new ModelLoadOptions { Device = "cpu" });
        Assert.Equal(read.Evaluate(images).Metrics.Overall, loaded.Evaluate(images).Metrics.Overall);
    }

    private static FineTunedModel Fit(Action<LongTailFineTunerBuilder> choose, ImageDataset images, Precision precision)
    {
        LongTailFineTunerBuilder builder = LongTailFineTuner
            .CreateBuilder()
            .UseTraining(training => training with { Epochs = 1, BatchSize = 4, Precision = precision })
            .UseDevice("cpu");
        choose(builder);
        return builder.Build().Fit(images);
    }

    private static Backbone WithoutMemory(BackboneConfig config)
    {
        Device before = get_default_device();
        set_default_device(META);
        try
        {
            return new Backbone(config);
        }
        finally
        {
            set_default_device(before);
        }
    }
}
