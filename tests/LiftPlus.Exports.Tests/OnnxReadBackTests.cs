using LiftPlus.Backbones;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Exports.Tests;

/// <summary>Reads the backbones of exported files, and the errors of files that have none.</summary>
public sealed class OnnxReadBackTests : IDisposable
{
    private const string BatchCount = ".num_batches_tracked";

    private readonly TemporaryFolder _folder = new();

    private string File => _folder["model.onnx"];

    public static TheoryData<string> Families => [.. ToyModels.Families.Keys];

    public static TheoryData<string, PeftOptions> Folded =>
        new()
        {
            { "ViT", new LoraOptions() },
            { "CLIP", new SsfOptions() },
            {
                "DINOv2",
                new ArbitraryFineTuningOptions { Ratio = 0.3 }
            },
            {
                "SigLIP",
                new FullFineTuningOptions { Layers = LayerSelection.Last(2) }
            },
            { "CLIP", new ProjectionTuningOptions() },
            { "basic ResNet", new BatchNormTuningOptions() },
            { "CLIP ResNet", new BitFitOptions() },
        };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Families))]
    public void ABackboneIsReadBack_BitForBit(string family)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using Backbone backbone = ToyModels.CreateBackbone(family);
        foreach (bool isExternal in new[] { false, true })
        {
            string path = _folder[$"{isExternal}.onnx"];
            OnnxExport.SaveBackbone(backbone, path, Tower.Image, new OnnxExportOptions { ExternalData = isExternal });
            using Backbone read = Backbone.Load(path);
            Assert.Equal((backbone.Config.Image, backbone.Config.Preprocess), (read.Config.Image, read.Config.Preprocess));
            AssertSameValues(backbone, read, values => values);
            Tensor images = ToyModels.Images(backbone, 2);
            Assert.Equal(backbone.EncodeImage(images).bytes, read.EncodeImage(images).bytes);
            Assert.Empty(read.Origin!.Remarks);
            Assert.Equal(("ONNX", path, path), (read.Origin.Format, read.Origin.WeightsPath, read.Origin.DescriptionPath));
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Float16WeightsAreReadBack(string family)
    {
        using DisposeScope scope = NewDisposeScope();
        using Backbone backbone = ToyModels.CreateBackbone(family);
        OnnxExport.SaveBackbone(backbone, File, Tower.Image, new OnnxExportOptions { Weights = OnnxWeights.Float16 });
        using Backbone read = Backbone.Load(File);
        AssertSameValues(backbone, read, values => values.dim() < 2 ? values : values.to(float16).to(float32));
    }

    [Theory]
    [MemberData(nameof(Folded))]
    public void WhatWasTrainedAndFolded_IsInTheBackbone(string family, PeftOptions method)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using FineTunedModel model = ToyModels.Create(family, method);
        OnnxExport.Save(model, File, new OnnxExportOptions { Preprocessing = true });
        using Backbone read = Backbone.Load(File);
        Tensor images = ToyModels.Images(model.Backbone, 2),
            expected = model.Backbone.EncodeImage(images);
        double difference = TensorMath.Subtract(expected, read.EncodeImage(images)).abs().max().item<float>();
        Assert.InRange(difference / expected.abs().max().item<float>(), 0, 2e-6);
    }

    [Fact]
    public void TheFileIsAWeightFileLikeOthers()
    {
        using DisposeScope scope = NewDisposeScope();
        using Backbone backbone = ToyModels.CreateBackbone("CLIP");
        OnnxExport.SaveBackbone(backbone, File);
        System.IO.File.Copy(File, _folder["renamed.weights"]); // known by its content
        using WeightSource source = WeightFile.Open(_folder["renamed.weights"]);
        Assert.Equal("ONNX", source.Format);
        Tensor qkv = source.Read("image.blocks.2.attn.qkv.weight"); // written in two parts
        Assert.Equal(backbone.state_dict()["image.blocks.2.attn.qkv.weight"].bytes, qkv.bytes);
        Assert.Equal(backbone.ImageProjection!.bytes, source.Read("image_projection").bytes);
        Assert.Contains("missing", Assert.Throws<WeightFileException>(() => source.Read("image.none")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderWithTheFileIsABackbone()
    {
        using Backbone backbone = ToyModels.CreateBackbone("ViT");
        OnnxExport.SaveBackbone(backbone, File, Tower.Image, new OnnxExportOptions { ExternalData = true });
        _folder.Write("config.json", "{}"); // not of this file
        using Backbone read = Backbone.Load(_folder.Path, new BackboneLoadOptions { ImageSize = 40, ImageHeads = 2 });
        Assert.Equal((40, 2), (read.Config.Image.ImageSize, ((VisionTransformerConfig)read.Config.Image).Heads));
        Assert.Equal(20, read.Origin!.ResampledFrom);
    }

    [Fact]
    public void AModelOnTheBackbone_IsSavedWithIt()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using (Backbone backbone = ToyModels.CreateBackbone("ViT"))
            OnnxExport.SaveBackbone(backbone, File, Tower.Image, new OnnxExportOptions { ExternalData = true });
        using FineTunedModel model = ToyModels.Create(() => Backbone.Load(File), [new LoraOptions()]);
        model.Save(_folder["saved"], new ModelSaveOptions { IncludeBackbone = true });
        System.IO.File.Delete(File);
        using FineTunedModel loaded = FineTunedModel.Load(_folder["saved"]);
        Tensor images = ToyModels.Images(model.Backbone, 2);
        Assert.Equal(model.Logits(images).bytes, loaded.Logits(images).bytes);
    }

    [Theory]
    [InlineData(OnnxWeights.Int8, null, "8-bit integers")]
    [InlineData(OnnxWeights.Float32, "adaptformer", "adapters (adaptformer)")]
    [InlineData(OnnxWeights.Float32, "prompt", "adapters (prompt)")]
    public void WhatIsNoPlainBackbone_IsRefused(OnnxWeights weights, string? method, string expected)
    {
        PeftOptions? options = method switch
        {
            "adaptformer" => new AdaptFormerOptions(),
            "prompt" => new VisualPromptOptions(),
            _ => null,
        };
        using FineTunedModel model = ToyModels.Create("ViT", options);
        OnnxExport.Save(model, File, new OnnxExportOptions { Weights = weights });
        Assert.Contains(expected, Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void ATextEncoderAlone_IsRefused()
    {
        using Backbone backbone = ToyModels.CreateBackbone("CLIP");
        OnnxExport.SaveBackbone(backbone, File, Tower.Text);
        Assert.Contains("a text encoder alone", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileOfAnotherProgram_IsRefused()
    {
        using Backbone backbone = ToyModels.CreateBackbone("ViT");
        OnnxExport.SaveBackbone(backbone, File);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        "pytorch!"u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("LiftPlus"u8)));
        System.IO.File.WriteAllBytes(File, bytes);
        Assert.Contains("it was written by 'pytorch!'", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void ANameOfANetwork_IsRefused()
    {
        using Backbone backbone = ToyModels.CreateBackbone("ViT");
        OnnxExport.SaveBackbone(backbone, File);
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            Backbone.Load(File, new BackboneLoadOptions { Network = "teacher" })
        );
        Assert.Contains("Leave BackboneLoadOptions.Network unset", error.Message, StringComparison.Ordinal);
    }

    private string Refused()
    {
        string message = Assert.Throws<WeightFileException>(() => Backbone.Load(File).Dispose()).Message;
        Assert.Contains(File, message, StringComparison.Ordinal);
        return message;
    }

    private static void AssertSameValues(Backbone expected, Backbone read, Func<Tensor, Tensor> stored)
    {
        Dictionary<string, Tensor> found = read.state_dict();
        string[] names = [.. expected.state_dict().Keys.Where(name => name.StartsWith("image.", StringComparison.Ordinal))];
        Assert.Equal(names.Order(), found.Keys.Order());
        foreach (string name in names.Where(name => !name.EndsWith(BatchCount, StringComparison.Ordinal)))
            Assert.True(stored(expected.state_dict()[name]).contiguous().bytes.SequenceEqual(found[name].contiguous().bytes), name);
    }
}
