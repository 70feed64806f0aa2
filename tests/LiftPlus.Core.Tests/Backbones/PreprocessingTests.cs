using System.Text.Json.Nodes;
using LiftPlus.Backbones;

namespace LiftPlus.Core.Tests.Backbones;

/// <summary>What descriptions say of pixels is used, assumed with a remark, or refused.</summary>
public sealed class PreprocessingTests : IDisposable
{
    private const string Preprocessor = "preprocessor_config.json",
        Processor = "processor_config.json";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"do_normalize":false}""", 0, 1)]
    [InlineData("""{"do_normalize":false,"do_rescale":false}""", 0, 1 / 255.0)]
    [InlineData("""{"image_mean":[0.25,0.25,0.25],"image_std":[0.5,0.5,0.5]}""", 0.25, 0.5)]
    [InlineData("""{"image_mean":0.25,"image_std":0.5}""", 0.25, 0.5)]
    [InlineData("""{"rescale_factor":0.00784313725490196,"image_mean":[1,1,1],"image_std":[1,1,1]}""", 0.5, 0.5)] // 2/255
    [InlineData("""{"do_rescale":false,"image_mean":[127.5,127.5,127.5],"image_std":[51,51,51]}""", 0.5, 0.2)]
    [InlineData("""{"rescale_factor":0.00392156862745098,"image_mean":[0.1,0.1,0.1],"image_std":[0.3,0.3,0.3]}""", 0.1, 0.3)]
    public void TheValuesOfPixelsAreThoseOfTheDescription(string change, double mean, double std)
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        Change(Preprocessor, change);
        using Backbone loaded = Load();
        Near(mean, std, loaded);
        Assert.Empty(loaded.Origin!.Remarks);
    }

    // A byte v becomes (v · factor - mean) / std, whatever the factor.
    [Fact]
    public void ExactValuesAreKeptWhereTheFactorIsTheUsualOne()
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        Change(Preprocessor, """{"rescale_factor":0.00392156862745098}""");
        using Backbone loaded = Load();
        Assert.Equal(PreprocessConfig.Clip.Mean, loaded.Config.Preprocess.Mean);
        Assert.Equal(PreprocessConfig.Clip.Std, loaded.Config.Preprocess.Std);
    }

    [Fact]
    public void TheProcessorOfTransformersFiveIsRead()
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        JsonNode inner = Read(Preprocessor);
        inner["image_mean"] = new JsonArray(0.5, 0.5, 0.5);
        inner["image_std"] = new JsonArray(0.25, 0.25, 0.25);
        File.Delete(Place(Preprocessor));
        Write(Processor, new JsonObject { ["image_processor"] = inner, ["processor_class"] = "CLIPProcessor" });
        using Backbone loaded = Load();
        Near(0.5, 0.25, loaded);
        Assert.Empty(loaded.Origin!.Remarks);
    }

    [Fact]
    public void OfTwoDescriptionsTheOneThatTheLibraryPrefersRules()
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        Write(
            Processor,
            new JsonObject { ["image_processor"] = JsonNode.Parse("""{"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5]}""") }
        );
        using Backbone contradicted = Load();
        Near(0.5, 0.5, contradicted);
        string remark = Assert.Single(contradicted.Origin!.Remarks);
        Assert.Contains($"{Preprocessor} says mean 0.4815 0.4578 0.4082", remark);
        Assert.Contains($"but {Place(Processor)} (image_processor) says mean 0.5 0.5 0.5", remark);
        Change(Preprocessor, """{"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5]}""");
        using Backbone agreed = Load();
        Assert.Empty(agreed.Origin!.Remarks);
    }

    [Fact]
    public void AProcessorOfWordsAloneChangesNothing()
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        Write(Processor, new JsonObject { ["processor_class"] = "CLIPProcessor" });
        using Backbone loaded = Load();
        Assert.Equal(PreprocessConfig.Clip.Mean, loaded.Config.Preprocess.Mean);
        Assert.Empty(loaded.Origin!.Remarks);
    }

    [Theory]
    [InlineData(WeightNaming.HuggingFace, Preprocessor)]
    [InlineData(WeightNaming.OpenAI, "open_clip_config.json")]
    [InlineData(WeightNaming.Timm, "config.json")]
    public void WhatIsAssumedIsRemarkedOn(WeightNaming naming, string file)
    {
        Save(naming == WeightNaming.Timm ? TinyBackbones.ViT : TinyBackbones.Clip, naming);
        if (naming == WeightNaming.HuggingFace)
            File.Delete(Place(file));
        else
            Remove(file, naming == WeightNaming.Timm ? "pretrained_cfg" : "preprocess_cfg");
        using Backbone loaded = Load();
        string remark = Assert.Single(loaded.Origin!.Remarks);
        Assert.StartsWith("No description beside the weights gives the values of pixels: mean 0.", remark);
    }

    [Fact]
    public void HalfADescriptionIsRemarkedOn()
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        Remove(Preprocessor, "image_std");
        using Backbone loaded = Load();
        Assert.Contains("does not give both mean and standard deviation", Assert.Single(loaded.Origin!.Remarks));
    }

    [Fact]
    public void TheDescriptionOfAnotherLibraryIsBetterThanNone()
    {
        Save(TinyBackbones.Clip, WeightNaming.OpenAI);
        Remove("open_clip_config.json", "preprocess_cfg");
        Write(Preprocessor, JsonNode.Parse("""{"image_mean":[0.3,0.3,0.3],"image_std":[0.6,0.6,0.6]}""")!);
        using Backbone loaded = Load();
        Near(0.3, 0.6, loaded);
        Assert.Empty(loaded.Origin!.Remarks);
    }

    [Fact]
    public void TimmsOlderFlatFormIsRead()
    {
        Save(TinyBackbones.ViT, WeightNaming.Timm);
        JsonNode file = Read("config.json"),
            pretrained = file["pretrained_cfg"]!;
        file.AsObject().Remove("pretrained_cfg");
        foreach ((string name, JsonNode? value) in pretrained.AsObject())
            file[name] = value?.DeepClone();
        file["mean"] = new JsonArray(0.1, 0.1, 0.1);
        file["std"] = new JsonArray(0.2, 0.2, 0.2);
        Write("config.json", file);
        using Backbone loaded = Load();
        Near(0.1, 0.2, loaded);
        Assert.Empty(loaded.Origin!.Remarks);

        file["pretrained_cfg"] = pretrained.DeepClone();
        Write("config.json", file);
        using Backbone both = Load();
        Near(0.5, 0.5, both);
        Assert.Contains("says mean 0.1 0.1 0.1", Assert.Single(both.Origin!.Remarks));
    }

    [Fact]
    public void TheSizeOfAResNetsImagesIsReadFromTheFlatFormToo()
    {
        Save(TinyBackbones.ResNet, WeightNaming.Timm);
        JsonNode file = Read("config.json");
        file.AsObject().Remove("pretrained_cfg");
        file["input_size"] = new JsonArray(3, 160, 160);
        Write("config.json", file);
        using Backbone loaded = Load();
        Assert.Equal(160, loaded.Config.Preprocess.ImageSize);
    }

    [Theory]
    [InlineData("""{"do_flip_channel_order":true}""", "'do_flip_channel_order' is true")]
    [InlineData("""{"do_pad":true}""", "'do_pad' is true")]
    [InlineData("""{"rescale_offset":true}""", "'rescale_offset' is true")]
    [InlineData("""{"rescale_factor":-1}""", "'rescale_factor' is -1")]
    [InlineData("""{"image_std":[0.5,0,0.5]}""", "must be greater than 0")]
    [InlineData("""{"image_mean":[0.5,0.5]}""", "'image_mean' should be three numbers")]
    [InlineData("""{"do_normalize":"no"}""", "'do_normalize' should be true or false")]
    public void WhatCannotBeFollowedIsRefused(string change, string expected)
    {
        Save(TinyBackbones.Clip, WeightNaming.HuggingFace);
        Change(Preprocessor, change);
        string message = Assert.Throws<LiftPlusException>(() => Load().Dispose()).Message;
        Assert.Contains(expected, message);
    }

    [Theory]
    [InlineData(WeightNaming.HuggingFace, """{"resample":1}""", "resample 1 (Lanczos)")]
    [InlineData(WeightNaming.HuggingFace, """{"do_resize":false}""", "do_resize false")]
    [InlineData(WeightNaming.HuggingFace, """{"do_center_crop":false}""", "do_center_crop false")]
    [InlineData(
        WeightNaming.OpenAI,
        """{"interpolation":"nearest","resize_mode":"longest"}""",
        "interpolation 'nearest', resize_mode 'longest'"
    )]
    [InlineData(WeightNaming.Timm, """{"interpolation":"lanczos","crop_mode":"border"}""", "interpolation 'lanczos', crop_mode 'border'")]
    public void ImagesThatWouldBeCutOtherwiseAreRemarkedOn(WeightNaming naming, string change, string expected)
    {
        Save(naming == WeightNaming.Timm ? TinyBackbones.ViT : TinyBackbones.Clip, naming);
        if (naming == WeightNaming.HuggingFace)
            Change(Preprocessor, change);
        else if (naming == WeightNaming.OpenAI)
            Change("open_clip_config.json", change, "preprocess_cfg");
        else
            Change("config.json", change, "pretrained_cfg");
        using Backbone loaded = Load();
        string remark = Assert.Single(loaded.Origin!.Remarks);
        Assert.Contains(
            $"prepares images with {expected}. LiftPlus resizes the short side and cuts out the center with bicubic interpolation.",
            remark
        );
    }

    [Fact]
    public void OpenClipsModeIsRgb()
    {
        Save(TinyBackbones.Clip, WeightNaming.OpenAI);
        Change("open_clip_config.json", """{"mode":"L"}""", "preprocess_cfg");
        Assert.Contains("'mode' is 'L'", Assert.Throws<LiftPlusException>(() => Load().Dispose()).Message);
    }

    private static void Near(double mean, double std, Backbone loaded)
    {
        Assert.All(loaded.Config.Preprocess.Mean, value => Assert.Equal(mean, value, 1e-6));
        Assert.All(loaded.Config.Preprocess.Std, value => Assert.Equal(std, value, 1e-6));
    }

    private Backbone Load() => Backbone.Load(_folder["model"]);

    private void Save(BackboneConfig config, WeightNaming naming)
    {
        using Backbone backbone = new(config);
        backbone.Initialize(1);
        backbone.Save(_folder["model"], config.Text is null ? null : TinyVocabulary.Write(_folder), naming);
    }

    private string Place(string file) => Path.Combine(_folder["model"], file);

    private JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(Place(file)))!;

    private void Write(string file, JsonNode content) => File.WriteAllText(Place(file), content.ToJsonString());

    private void Change(string file, string change, string? section = null)
    {
        JsonNode content = Read(file);
        foreach ((string name, JsonNode? value) in JsonNode.Parse(change)!.AsObject())
            (section is null ? content : content[section]!)[name] = value?.DeepClone();
        Write(file, content);
    }

    private void Remove(string file, string name)
    {
        JsonNode content = Read(file);
        content.AsObject().Remove(name);
        Write(file, content);
    }
}
