using LiftPlus.Adapters;
using LiftPlus.Backbones;
using LiftPlus.Peft;
using LiftPlus.Sites;
using static TorchSharp.torch;

namespace LiftPlus.Adapters.Tests;

/// <summary>Numbers of trained values on a ViT-B/16 without the head, by number of classes: those of the published models.</summary>
public sealed class TrainedParameterCountTests
{
    [Theory]
    [InlineData(100, 101_436)]
    [InlineData(365, 175_212)]
    [InlineData(1_000, 617_868)]
    [InlineData(8_142, 4_749_324)]
    public void AdaptFormer(int classes, long expected) => Assert.Equal(expected, Count(classes, new AdaptFormerOptions()));

    [Theory]
    [InlineData(100, 101_424)]
    [InlineData(365, 175_200)]
    [InlineData(1_000, 617_856)]
    [InlineData(8_142, 4_749_312)]
    public void Adapter(int classes, long expected) => Assert.Equal(expected, Count(classes, new BottleneckAdapterOptions()));

    [Theory]
    [InlineData(100, 73_728)]
    [InlineData(365, 147_456)]
    [InlineData(1_000, 589_824)]
    [InlineData(8_142, 4_718_592)]
    public void Lora(int classes, long expected) => Assert.Equal(expected, Count(classes, new LoraOptions()));

    [Theory]
    [InlineData(100, 73_728)]
    [InlineData(365, 147_456)]
    [InlineData(1_000, 589_824)]
    [InlineData(8_142, 4_718_592)]
    public void DeepPrompts(int classes, long expected) => Assert.Equal(expected, Count(classes, new VisualPromptOptions()));

    [Fact]
    public void Others() // 12 blocks of width 768
    {
        Assert.Equal(12 * 11 * 768, Count(100, new BitFitOptions()));
        Assert.Equal(12 * 4 * 768, Count(100, new LayerNormTuningOptions()));
        Assert.Equal(12 * 2 * 9 * 768, Count(100, new SsfOptions()));
        Assert.Equal(12 * (12 * 768 * 768 + 13 * 768), Count(100, new FullFineTuningOptions()));
        Assert.Equal(2 * (12 * 768 * 768 + 13 * 768), Count(100, new FullFineTuningOptions { Layers = LayerSelection.Last(2) }));
        Assert.Equal(768 * 512 + 512 * 512, Count(100, new ProjectionTuningOptions()));
        Assert.Equal(16 * 512, Count(100, new CoOpOptions()));
        Assert.Equal(2 * (2 * 512 + 4 * 512 + 4 + 4 * 512 + 512), Count(100, new ClipAdapterOptions()));
    }

    [Fact]
    public void ResNets()
    {
        // The residual stages of ResNet-50 normalise 26,496 channels; the whole network has 25,557,032 values.
        Assert.Equal(26_496, Count(KnownBackbones.In1kResNet50, 100, new BitFitOptions()));
        Assert.Equal(2 * 26_496, Count(KnownBackbones.In1kResNet50, 100, new BatchNormTuningOptions()));
        // All but fc and stem.
        Assert.Equal(25_557_032 - 2_049_000 - 9_408 - 128, Count(KnownBackbones.In1kResNet50, 100, new FullFineTuningOptions()));
        Assert.Equal(2 * 2_048, Count(KnownBackbones.In1kResNet152, 100, new SsfOptions()));
    }

    private static long Count(int classes, params PeftOptions[] methods) => Count(KnownBackbones.ClipViTB16, classes, methods);

    private static long Count(BackboneConfig config, int classes, params PeftOptions[] methods)
    {
        using var backbone = new Backbone(config);
        using var random = new Generator(0);
        foreach (PeftOptions method in methods)
            method.Apply(new PeftContext(backbone, classes, random));
        return backbone.parameters().Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel());
    }
}
