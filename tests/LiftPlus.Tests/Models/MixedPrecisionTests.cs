using LiftPlus.Backbones;
using LiftPlus.Models;
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
