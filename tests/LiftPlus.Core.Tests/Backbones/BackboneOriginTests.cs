using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones;

/// <summary>What a backbone tells of the files it came from, and another image size than theirs.</summary>
public sealed class BackboneOriginTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatWasFoundIsTold()
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        using Backbone loaded = Backbone.Load(_folder["model"]);
        string path = _folder[Path.Combine("model", "model.safetensors")];
        Assert.Equal(
            $"Hugging Face CLIPModel names in {path} (safetensors, 94 tensors of Float32), described by config.json",
            loaded.Origin!.ToString()
        );
        Assert.Empty(loaded.Origin.Remarks);
        using Backbone built = new(TinyBackbones.Clip);
        Assert.Null(built.Origin);
    }

    [Theory]
    [InlineData("gelu", "gelu", "says Gelu, where Hugging Face CLIPModel weights usually have QuickGelu; Gelu is used")]
    [InlineData("quick_gelu", "gelu", "The image tower has QuickGelu and the text tower Gelu")]
    public void AnActivationAgainstTheConventionIsRemarkedOn(string image, string text, string expected)
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        string path = Path.Combine(_folder["model"], "config.json");
        JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
        root["vision_config"]!["hidden_act"] = image;
        root["text_config"]!["hidden_act"] = text;
        File.WriteAllText(path, root.ToJsonString());
        using Backbone loaded = Backbone.Load(_folder["model"]);
        Assert.Contains(expected, Assert.Single(loaded.Origin!.Remarks));
        Assert.Equal(Activation.Gelu, loaded.Config.Text!.Activation);
    }

    [Fact]
    public void WhatIsAssumedOrOverruledIsRemarkedOn()
    {
        Save(TinyBackbones.Clip, WeightNaming.OpenAI);
        string weights = Path.Combine(_folder["model"], "open_clip_model.safetensors"),
            config = Path.Combine(_folder["model"], "open_clip_config.json");
        using Backbone described = Backbone.Load(weights),
            overruled = Backbone.Load(weights, new BackboneLoadOptions { Activation = Activation.Gelu });
        Assert.Empty(described.Origin!.Remarks);
        Assert.Contains($"activation Gelu is used instead of QuickGelu, which {config} says", Assert.Single(overruled.Origin!.Remarks));
        Assert.Equal(
            (Activation.Gelu, Activation.Gelu),
            (((VisionTransformerConfig)overruled.Config.Image).Activation, overruled.Config.Text!.Activation)
        );
        File.Delete(config);
        using Backbone bare = Backbone.Load(weights);
        Assert.Contains("no open_clip_config.json beside the weights: QuickGelu, heads of 64", Assert.Single(bare.Origin!.Remarks));
        Assert.EndsWith("no description", bare.Origin.ToString());
    }

    [Fact]
    public void ImagesOfAnotherSizeThanThePositionsAreForAreRemarkedOn()
    {
        Save(TinyBackbones.Dinov2, WeightNaming.HuggingFace);
        string path = Path.Combine(_folder["model"], "preprocessor_config.json");
        JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
        root["crop_size"] = new JsonObject { ["height"] = 21, ["width"] = 21 };
        File.WriteAllText(path, root.ToJsonString());
        using Backbone loaded = Backbone.Load(_folder["model"]),
            asked = Backbone.Load(_folder["model"], new BackboneLoadOptions { ImageSize = 21 });
        Assert.Contains("cuts images to 21 pixels, but the position embedding is for 35", Assert.Single(loaded.Origin!.Remarks));
        Assert.Empty(asked.Origin!.Remarks);
        Assert.Equal(21, asked.Config.Preprocess.ImageSize);
    }

    public static TheoryData<string, int> Sizes =>
        new()
        {
            { "Clip", 48 },
            { "Clip", 16 },
            { "Dinov2", 42 },
            { "Siglip", 32 },
            { "ClipResNet", 96 },
            { "ResNet", 64 },
            { "BasicResNet", 96 },
        };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void AnotherImageSizeResamplesThePositionsOnly(string name, int size)
    {
        BackboneConfig config = (BackboneConfig)typeof(TinyBackbones).GetField(name)!.GetValue(null)!;
        Save(
            config,
            config.Image is VisionTransformerConfig ? WeightNaming.HuggingFace
                : config.Text is null ? WeightNaming.Timm
                : WeightNaming.OpenAI
        );
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using Backbone own = Backbone.Load(_folder["model"]),
            other = Backbone.Load(_folder["model"], new BackboneLoadOptions { ImageSize = size });
        Assert.Equal((size, size), (other.Config.Image.ImageSize, other.Config.Preprocess.ImageSize));
        Assert.Equal(config.Image.ImageSize, other.Origin!.ResampledFrom);
        Assert.Equal([2, config.Image.FeatureDimension], other.EncodeImage(randn(2, 3, size, size)).shape);
        Dictionary<string, Tensor> before = own.state_dict(),
            after = other.state_dict();
        string[] changed =
        [
            .. before.Keys.Where(key =>
                !before[key].shape.SequenceEqual(after[key].shape)
                || !before[key].contiguous().bytes.SequenceEqual(after[key].contiguous().bytes)
            ),
        ];
        Assert.Equal(
            name switch
            {
                "ResNet" or "BasicResNet" => [],
                "ClipResNet" => ["image.attnpool.pos_embed"],
                _ => new[] { "image.pos_embed" },
            },
            changed
        );
        Assert.All(after.Values, tensor => Assert.True(tensor.isfinite().all().item<bool>()));

        other.Save(
            _folder["resized"],
            null,
            config.Image is VisionTransformerConfig ? WeightNaming.HuggingFace
                : config.Text is null ? WeightNaming.Timm
                : WeightNaming.OpenAI
        );
        using Backbone again = Backbone.Load(_folder["resized"]);
        Assert.Equal(other.Config.Image, again.Config.Image);
    }

    [Theory]
    [InlineData(0, "must be between 1 and 4096")]
    [InlineData(5000, "must be between 1 and 4096")]
    [InlineData(33, "give a multiple of 8, such as 32 or 40")]
    [InlineData(7, "give a multiple of 8, such as 8.")]
    public void ASizeThatDoesNotFitIsRefused(int size, string expected)
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        Assert.Contains(
            expected,
            Assert.Throws<LiftPlusException>(() => Backbone.Load(_folder["model"], new BackboneLoadOptions { ImageSize = size })).Message
        );
    }

    [Fact]
    public void OptionsOutOfRangeAreAllNamed()
    {
        string message = Assert
            .Throws<LiftPlusException>(() =>
                Backbone.Load(
                    "nowhere",
                    new BackboneLoadOptions
                    {
                        ImageHeads = 0,
                        TextHeads = -1,
                        Activation = (Activation)9,
                    }
                )
            )
            .Message;
        Assert.Contains("ImageHeads: the value is 0.", message);
        Assert.Contains("TextHeads: the value is -1.", message);
        Assert.Contains("Activation: the value is 9. Use one of", message);
    }

    private void Save(BackboneConfig config, WeightNaming naming)
    {
        using Backbone backbone = new(config);
        backbone.Initialize(1);
        backbone.Save(_folder["model"], config.Text is null ? null : TinyVocabulary.Write(_folder), naming);
    }
}
