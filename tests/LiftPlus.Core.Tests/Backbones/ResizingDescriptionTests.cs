using System.Text.Json.Nodes;
using LiftPlus.Backbones;

namespace LiftPlus.Core.Tests.Backbones;

/// <summary>Images are resized as the description beside the weights asks.</summary>
public sealed class ResizingDescriptionTests : IDisposable
{
    private const string Preprocessor = "preprocessor_config.json",
        OpenClip = "open_clip_config.json",
        Timm = "config.json";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"size":{"height":32,"width":32},"do_center_crop":false,"resample":2}""", true, ResizeFilter.Bilinear)]
    [InlineData("""{"size":{"height":32,"width":32},"do_center_crop":null,"crop_size":null}""", true, ResizeFilter.Bicubic)]
    [InlineData("""{"size":{"height":32,"width":32},"do_center_crop":true}""", true, ResizeFilter.Bicubic)] // the crop cuts nothing
    [InlineData("""{"size":{"shortest_edge":32},"do_center_crop":true,"resample":2}""", false, ResizeFilter.Bilinear)]
    [InlineData("""{"size":32,"do_center_crop":true}""", false, ResizeFilter.Bicubic)]
    [InlineData("""{"size":32,"do_center_crop":false,"resample":3}""", true, ResizeFilter.Bicubic)]
    [InlineData(
        """{"image_processor_type":null,"feature_extractor_type":"ViTFeatureExtractor","size":32,"do_center_crop":null,"resample":2}""",
        true,
        ResizeFilter.Bilinear
    )]
    [InlineData(
        """{"image_processor_type":"SiglipImageProcessor","size":{"height":32,"width":32},"do_center_crop":null}""",
        true,
        ResizeFilter.Bicubic
    )]
    [InlineData(
        """{"image_processor_type":"DINOv3ViTImageProcessorFast","size":{"height":32,"width":32},"do_center_crop":null,"resample":2}""",
        true,
        ResizeFilter.Bilinear
    )]
    public void TransformersSaysItByTheSizeAndTheCrop(string change, bool squash, ResizeFilter filter)
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        Change(Preprocessor, change);
        Check(squash, filter);
    }

    [Theory]
    [InlineData("""{"interpolation":"bilinear","resize_mode":"squash"}""", true, ResizeFilter.Bilinear)]
    [InlineData("""{"interpolation":"bicubic","resize_mode":"squash"}""", true, ResizeFilter.Bicubic)]
    [InlineData("""{"interpolation":"bilinear","resize_mode":"shortest"}""", false, ResizeFilter.Bilinear)]
    [InlineData("""{"interpolation":null,"resize_mode":null}""", false, ResizeFilter.Bicubic)]
    public void OpenClipSaysItByTheMode(string change, bool squash, ResizeFilter filter)
    {
        Save(TinyBackbones.Clip, WeightNaming.OpenAI);
        Change(OpenClip, change, "preprocess_cfg");
        Check(squash, filter);
    }

    [Theory]
    [InlineData("""{"interpolation":"bilinear","crop_mode":"squash"}""", true, ResizeFilter.Bilinear)]
    [InlineData("""{"interpolation":"bilinear","crop_mode":"center"}""", false, ResizeFilter.Bilinear)]
    [InlineData("""{"interpolation":null,"crop_mode":null}""", false, ResizeFilter.Bicubic)]
    public void TimmSaysItByTheCropMode(string change, bool squash, ResizeFilter filter)
    {
        Save(TinyBackbones.ViT, WeightNaming.Timm);
        Change(Timm, change, "pretrained_cfg");
        Check(squash, filter);
    }

    [Fact]
    public void ACropFromASquashedLargerImageIsRemarkedOn()
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        Change(Preprocessor, """{"size":{"height":40,"width":40},"do_center_crop":true}""");
        using Backbone loaded = Backbone.Load(_folder["model"]);
        Assert.Contains("prepares images with size 40 x 40 before the crop.", Assert.Single(loaded.Origin!.Remarks));
        Assert.False(loaded.Config.Preprocess.Squash);
    }

    [Theory]
    [InlineData(WeightNaming.HuggingFace)]
    [InlineData(WeightNaming.OpenAI)]
    [InlineData(WeightNaming.Timm)]
    public void AWrittenBackboneSaysHowItsImagesAreResized(WeightNaming naming)
    {
        BackboneConfig config = naming == WeightNaming.OpenAI ? TinyBackbones.Clip : TinyBackbones.ViT;
        foreach (bool squash in new[] { false, true })
        {
            foreach (ResizeFilter filter in Enum.GetValues<ResizeFilter>())
            {
                PreprocessConfig wanted = config.Preprocess with { Squash = squash, Filter = filter };
                string folder = _folder[$"{squash} {filter}"];
                using (Backbone backbone = new(config with { Preprocess = wanted }))
                {
                    backbone.Initialize(1);
                    backbone.Save(folder, config.Text is null ? null : TinyVocabulary.Write(_folder), naming);
                }

                using Backbone loaded = Backbone.Load(folder);
                Assert.Equal(wanted, loaded.Config.Preprocess);
                Assert.Empty(loaded.Origin!.Remarks);
            }
        }
    }

    [Fact]
    public void TheOptionsWinWithARemark()
    {
        Save(TinyBackbones.ViT, WeightNaming.Timm);
        using Backbone loaded = Backbone.Load(
            _folder["model"],
            new BackboneLoadOptions { SquashImages = true, ResizeFilter = ResizeFilter.Bilinear }
        );
        Assert.True(loaded.Config.Preprocess is { Squash: true, Filter: ResizeFilter.Bilinear });
        Assert.Equal(
            "As the options ask, LiftPlus squashes images to a square with bilinear interpolation; without them it resizes the short side "
                + "and cuts out the center with bicubic interpolation.",
            Assert.Single(loaded.Origin!.Remarks)
        );
    }

    [Fact]
    public void AnotherResizingIsAnotherPreprocessing()
    {
        var usual = new PreprocessConfig();
        Assert.NotEqual(usual, usual with { Squash = true });
        Assert.NotEqual(usual, usual with { Filter = ResizeFilter.Bilinear });
        Assert.Equal(usual with { Squash = true }, new PreprocessConfig { Squash = true });
    }

    private void Check(bool squash, ResizeFilter filter)
    {
        using Backbone loaded = Backbone.Load(_folder["model"]);
        Assert.Equal((squash, filter), (loaded.Config.Preprocess.Squash, loaded.Config.Preprocess.Filter));
        Assert.Empty(loaded.Origin!.Remarks);
    }

    private void Save(BackboneConfig config, WeightNaming naming)
    {
        using Backbone backbone = new(config);
        backbone.Initialize(1);
        backbone.Save(_folder["model"], config.Text is null ? null : TinyVocabulary.Write(_folder), naming);
    }

    private void Change(string file, string change, string? section = null)
    {
        string path = Path.Combine(_folder["model"], file);
        JsonNode content = JsonNode.Parse(File.ReadAllText(path))!;
        foreach ((string name, JsonNode? value) in JsonNode.Parse(change)!.AsObject())
            (section is null ? content : content[section]!)[name] = value?.DeepClone();
        File.WriteAllText(path, content.ToJsonString());
    }
}
