using LiftPlus.Adapters;
using LiftPlus.Peft;
using static TorchSharp.torch;

namespace LiftPlus.Adapters.Tests;

/// <summary>Tests that settings and combinations that cannot work are refused with the value and the next step.</summary>
public sealed class PeftErrorTests
{
    public static TheoryData<PeftOptions, string> Unsound =>
        new()
        {
            {
                new AdaptFormerOptions { Dimension = 0 },
                "'adaptformer': Dimension is 0; give 1 or more, or leave it out to derive it from the number of classes."
            },
            {
                new BottleneckAdapterOptions { Dimension = -3 },
                "'adapter': Dimension is -3; give 1 or more, or leave it out to derive it from the number of classes."
            },
            {
                new LoraOptions { Rank = 0 },
                "'lora': Rank is 0; give 1 or more, or leave it out to derive it from the number of classes."
            },
            {
                new LoraOptions { Sites = AdapterSites.Tokens },
                "'lora': Sites is Tokens; give one or more of Query, Key, Value, AttentionOutput, Fc1, Fc2."
            },
            {
                new LoraOptions { Alpha = 0 },
                "'lora': Alpha is 0; give a positive number, such as the default 1."
            },
            {
                new LoraOptions { Alpha = double.NaN },
                "'lora': Alpha is NaN; give a positive number, such as the default 1."
            },
            {
                new SsfOptions { Sites = AdapterSites.None },
                "'ssf': Sites is None; give one or more of AttentionInput, AttentionOutput, Fc1, Fc2."
            },
            {
                new VisualPromptOptions { Length = 0 },
                "'prompt': Length is 0; give 1 or more, or leave it out to derive it from the number of classes."
            },
            {
                new ArbitraryFineTuningOptions { Ratio = 1.5 },
                "'aft': Ratio is 1.5; give a share above 0 and at most 1, or leave it out to derive it from the number of classes."
            },
            {
                new ArbitraryFineTuningOptions { Ratio = double.NaN },
                "'aft': Ratio is NaN; give a share above 0 and at most 1, or leave it out to derive it from the number of classes."
            },
            {
                new CoOpOptions { Length = 0 },
                "'coop': Length is 0; give 1 or more vectors."
            },
            {
                new CoOpOptions { PhotoTokens = [1, 2] },
                "'coop': PhotoTokens has 2 ids; give the 5 ids of the words of \"a photo of a .\"."
            },
            {
                new ClipAdapterOptions { OnImage = false, OnText = false },
                "'clip-adapter': OnImage and OnText are both false; choose at least one of them."
            },
        };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void SettingsAreRefusedWithTheirValue(PeftOptions options, string message) => Assert.Equal([message], options.Validate());

    public static TheoryData<PeftOptions> NeedText =>
        [
            new LoraOptions { Tower = Tower.Text },
            new BitFitOptions { Tower = Tower.Text },
            new CoOpOptions(),
            new ClipAdapterOptions(),
            new ProjectionTuningOptions(),
        ];

    [Theory]
    [MemberData(nameof(NeedText))]
    public void ABackboneWithoutText(PeftOptions options)
    {
        using Backbone backbone = SmallBackbone.ImagesOnly();
        string message = Assert.Throws<LiftPlusException>(() => Apply(backbone, options)).Message;
        Assert.Contains("toy ViT", message);
    }

    [Fact]
    public void MoreLayersThanThereAre()
    {
        using Backbone backbone = SmallBackbone.Clip();
        var options = new LoraOptions { Layers = LayerSelection.Last(4) };
        string message = Assert.Throws<LiftPlusException>(() => Apply(backbone, options)).Message;
        Assert.Equal("The last 4 layers were selected, but the tower has only 3 blocks.", message);
    }

    public static TheoryData<PeftOptions, string> NotOnResNets =>
        new()
        {
            { new AdaptFormerOptions(), "'adaptformer' needs transformer blocks, and the Image tower of toy CLIP ResNet has none" },
            { new VisualPromptOptions(), "'prompt' needs transformer blocks, and the Image tower of toy CLIP ResNet has none" },
            { new ArbitraryFineTuningOptions(), "'aft' needs transformer blocks, but the Image tower of toy CLIP ResNet has none" },
            {
                new LayerNormTuningOptions(),
                "'layernorm' finds nothing to train in the blocks of toy CLIP ResNet: "
                    + "ResNet blocks have no LayerNorm; use 'batchnorm'."
            },
            { new ProjectionTuningOptions(), "'projection' trains an image and a text projection, but toy CLIP ResNet does not have both" },
        };

    [Theory]
    [MemberData(nameof(NotOnResNets))]
    public void AResNet(PeftOptions options, string message)
    {
        using Backbone backbone = SmallBackbone.ClipResNet();
        Assert.StartsWith(message, Assert.Throws<LiftPlusException>(() => Apply(backbone, options)).Message);
    }

    [Fact]
    public void ATransformerHasNoBatchNorm()
    {
        using Backbone backbone = SmallBackbone.Clip();
        string message = Assert.Throws<LiftPlusException>(() => Apply(backbone, new BatchNormTuningOptions())).Message;
        Assert.Equal(
            "'batchnorm' finds nothing to train in the blocks of toy CLIP: transformers have no BatchNorm; use 'layernorm'.",
            message
        );
    }

    [Fact]
    public void TwoSetsOfPrompts()
    {
        using Backbone backbone = SmallBackbone.Clip();
        Apply(backbone, new VisualPromptOptions { Layers = LayerSelection.From(0) });
        var second = new VisualPromptOptions { Layers = LayerSelection.From(1) };
        string message = Assert.Throws<LiftPlusException>(() => Apply(backbone, second)).Message;
        Assert.Equal("The Image tower already has prompts; use a single 'prompt' method and select all its layers there.", message);
        Apply(backbone, new VisualPromptOptions { Tower = Tower.Text });
    }

    [Fact]
    public void WordsOfAnotherVocabulary()
    {
        using Backbone backbone = SmallBackbone.Clip();
        string message = Assert.Throws<LiftPlusException>(() => Apply(backbone, new CoOpOptions { Start = CoOpStart.PhotoPrompt })).Message;
        Assert.Contains("320, 1125, 539, 320, 269", message);
        Assert.Contains("0 to 39", message);
    }

    [Fact]
    public void TemplatesOfLearnedContext()
    {
        Assert.Equal("X X X X {}.", new CoOpOptions { Length = 4 }.PromptTemplate);
        Assert.Equal("{} X X X.", new CoOpOptions { Length = 3, Position = ClassNamePosition.Front }.PromptTemplate);
        Assert.Equal("X {} X X.", new CoOpOptions { Length = 3, Position = ClassNamePosition.Middle }.PromptTemplate);
        Assert.Equal([0, -3, -2], new CoOpOptions { Length = 3, Position = ClassNamePosition.Middle }.Locations);
        Assert.Equal("a photo of a {}.", new CoOpOptions { Start = CoOpStart.PhotoPrompt }.PromptTemplate);
    }

    private static void Apply(Backbone backbone, PeftOptions options)
    {
        using var random = new Generator(0);
        options.Apply(new PeftContext(backbone, SmallBackbone.Classes, random));
    }
}
