using System.Text.Json;
using LiftPlus.Classifiers;
using LiftPlus.Onnx;
using LiftPlus.Peft;
using LiftPlus.Sites;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Exports.Tests;

/// <summary>Tests what the options do, what the file says about the model, and what is refused.</summary>
public sealed class OnnxFormTests : IDisposable
{
    private static readonly Scalar s_beyondHalf = TensorMath.Hold(70_000);

    private readonly TemporaryFolder _folder = new();

    private string File => _folder["model.onnx"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("CLIP")]
    [InlineData("ViT")]
    [InlineData("SigLIP")]
    [InlineData("CLIP ResNet")]
    public void EveryOpset_GivesTheSameNumbers(string family)
    {
        for (int opset = 18; opset <= 22; opset++)
            Assert.InRange(ErrorOf(family, new OnnxExportOptions { Opset = opset }), 0, 2e-4);
    }

    [Theory]
    [InlineData("CLIP", OnnxWeights.Float16, 0.5, 5e-3)]
    [InlineData("ResNet", OnnxWeights.Float16, 0.5, 5e-3)]
    [InlineData("CLIP", OnnxWeights.Int8, 0.4, 0.25)]
    [InlineData("SigLIP", OnnxWeights.Int8, 0.4, 0.25)]
    public void SmallerWeights_GiveSmallerFilesAndSimilarNumbers(string family, OnnxWeights weights, double size, double bound)
    {
        double error = ErrorOf(family, new OnnxExportOptions { Weights = weights });
        Assert.InRange(error, 1e-6, bound); // at 0 the weights would not be smaller ones
        Assert.InRange(Weights(weights), 0.2 * Weights(OnnxWeights.Float32), size * 1.2 * Weights(OnnxWeights.Float32));

        long Weights(OnnxWeights type)
        {
            using FineTunedModel model = ToyModels.Create(family);
            OnnxExport.Save(model, File, new OnnxExportOptions { Weights = type });
            return new FileInfo(File).Length - 30_000; // operators and metadata
        }
    }

    [Fact]
    public void ExternalData_LiesInASecondFile()
    {
        var options = new OnnxExportOptions { ExternalData = true };
        Assert.InRange(ErrorOf("CLIP", options), 0, 2e-5);
        string data = File + ".data";
        Assert.Equal([File, data], Directory.GetFiles(_folder.Path).Order());
        Assert.True(new FileInfo(data).Length > new FileInfo(File).Length);
        using FineTunedModel model = ToyModels.Create("CLIP");
        byte[] before = System.IO.File.ReadAllBytes(data);
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => OnnxExport.Save(model, File, options));
        Assert.Contains("cannot be replaced in one step", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.File.ReadAllBytes(data));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void WeightsBeyond2Gigabytes_NeedASecondFile(bool? isExternal, bool hasData)
    {
        using var graph = new OnnxGraph(18, OnnxWeights.Float32);
        graph.Constant([1 << 15, 1 << 15], () => throw new InvalidOperationException("nothing is computed before it is written"));
        var file = new OnnxFile(File, graph, [], "1.0", isExternal);
        Assert.Equal(hasData, file.HasData);
        Assert.Equal(hasData ? 0 : 1, graph.Refusals.Count);
    }

    [Fact]
    public void TheSameModel_GivesTheSameBytes()
    {
        using FineTunedModel model = ToyModels.Create("CLIP", new AdaptFormerOptions());
        OnnxExport.Save(model, File);
        byte[] first = System.IO.File.ReadAllBytes(File);
        OnnxExport.Save(model, File);
        Assert.Equal(first, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void TheMetadataDescribeTheModel()
    {
        using FineTunedModel model = ToyModels.Create("CLIP", new AdaptFormerOptions { Dimension = 3 });
        OnnxExport.Save(model, File);
        using OnnxModel exported = new(File);
        Assert.Equal(["logits", "probabilities", "features"], exported.Outputs);
        Assert.Equal(ToyModels.Classes, JsonSerializer.Deserialize<string[]>(exported.Metadata["class_names"])!);
        Assert.Equal([.. model.Classes.Counts], JsonSerializer.Deserialize<int[]>(exported.Metadata["training_images"])!);
        Assert.Equal("Float32", exported.Metadata["weights"]);
        Assert.Equal(model.BackboneSha256, exported.Metadata["backbone_sha256"]);
        Assert.Equal("toy CLIP", exported.Metadata["backbone"]);
        var method = (AdaptFormerOptions)Assert.Single(RecipeJson.Read(exported.Metadata["recipe"]).Peft);
        Assert.Equal(3, method.Dimension);
        JsonElement preprocessing = JsonDocument.Parse(exported.Metadata["preprocessing"]).RootElement;
        Assert.Equal(24, preprocessing.GetProperty("crop").GetInt32());
        Assert.Equal(27, preprocessing.GetProperty("resize_short_side").GetInt32());
        Assert.False(preprocessing.GetProperty("in_graph").GetBoolean());
        Assert.NotEmpty(exported.Metadata["library_version"]);
    }

    [Fact]
    public void WhatCannotBeWritten_IsNamedAltogether_AndNothingIsWritten()
    {
        using FineTunedModel model = ToyModels.Create(() => ToyModels.CreateBackbone("ResNet"), [], new OpaqueClassifierOptions());
        model.Backbone.Image.FeatureSite.Attach("shift", new OpaqueAdapter());
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            OnnxExport.Save(model, File, new OnnxExportOptions { Weights = OnnxWeights.Int8 })
        );
        Assert.Contains("the adapter 'shift' (OpaqueAdapter)", error.Message, StringComparison.Ordinal);
        Assert.Contains("the classifier (OpaqueClassifier)", error.Message, StringComparison.Ordinal);
        Assert.Contains("Int8", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void WeightsThatFloat16HasNoRoomFor_AreRefused()
    {
        using FineTunedModel model = ToyModels.Create("CLIP", head: new LinearClassifierOptions());
        using (no_grad())
            model.Classifier.Weight!.fill_(s_beyondHalf);
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            OnnxExport.Save(model, File, new OnnxExportOptions { Weights = OnnxWeights.Float16 })
        );
        Assert.Contains("float16 has no room", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(17)]
    [InlineData(23)]
    public void AnOpsetOutOfRange_IsRefused(int opset)
    {
        using FineTunedModel model = ToyModels.Create("CLIP");
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            OnnxExport.Save(model, File, new OnnxExportOptions { Opset = opset })
        );
        Assert.Contains("Opset", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsOfNoKnownType_AreRefused()
    {
        using FineTunedModel model = ToyModels.Create("CLIP");
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            OnnxExport.Save(model, File, new OnnxExportOptions { Weights = (OnnxWeights)7 })
        );
        Assert.Contains("OnnxExportOptions.Weights: the value is 7", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void ACancelledExport_LeavesTheEarlierFile()
    {
        _folder.Write("model.onnx", "earlier");
        using FineTunedModel model = ToyModels.Create("CLIP");
        Assert.Throws<OperationCanceledException>(() => OnnxExport.Save(model, File, null, new CancellationToken(canceled: true)));
        Assert.Equal("earlier", System.IO.File.ReadAllText(File));
        Assert.Equal([File], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void AModelThatIsDisposed_IsRefused()
    {
        FineTunedModel model = ToyModels.Create("CLIP");
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => OnnxExport.Save(model, File));
    }

    [Fact]
    public void TheModelStaysAsItIs()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using FineTunedModel model = ToyModels.Create("CLIP", new LoraOptions());
        Tensor images = ToyModels.Images(model.Backbone, 2);
        byte[] before = model.Logits(images).bytes.ToArray();
        OnnxExport.Save(model, File);
        Assert.Equal(before, model.Logits(images).bytes.ToArray());
    }

    [Theory]
    [InlineData("CLIP", false)]
    [InlineData("CLIP, last token", true)]
    public void ZeroShotProbabilitiesAreSigmoidsWhereTheLogitsHaveABias(string family, bool areSigmoids)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using var model = new ZeroShotClassifier(
            ToyModels.CreateBackbone(family),
            new ClassDistribution(ToyModels.Classes, [.. Enumerable.Repeat(1, ToyModels.Classes.Length)])
        );
        OnnxExport.Save(model, File);
        using OnnxModel exported = new(File);
        Tensor images = ToyModels.Images(model.Backbone, 3),
            logits = model.Logits(images),
            expected = areSigmoids ? logits.sigmoid() : logits.softmax(1),
            found = exported.Run(images, "probabilities");
        Assert.InRange(TensorMath.Subtract(expected, found).abs().max().item<float>(), 0, 1e-4);
        Assert.Equal(!areSigmoids, found.sum(1).allclose(ones(3), atol: 1e-3));
    }

    [Fact]
    public void AZeroShotClassifier_IsWritten()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using var model = new ZeroShotClassifier(
            ToyModels.CreateBackbone("CLIP"),
            new ClassDistribution(ToyModels.Classes, [.. Enumerable.Repeat(1, ToyModels.Classes.Length)])
        );
        OnnxExport.Save(model, File);
        using OnnxModel exported = new(File);
        Tensor images = ToyModels.Images(model.Backbone, 3);
        Assert.InRange(TensorMath.Subtract(model.Logits(images), exported.Run(images)).abs().max().item<float>(), 0, 2e-5);
    }

    [Theory]
    [InlineData(Precision.BFloat16)]
    public void AModelInAnotherPrecision_IsWrittenInFloat32(Precision precision)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using FineTunedModel model = ToyModels.Create("ViT");
        Tensor images = ToyModels.Images(model.Backbone, 3);
        model.Backbone.StoreImageWeightsAs(precision == Precision.BFloat16 ? bfloat16 : float32);
        OnnxExport.Save(model, File);
        using OnnxModel exported = new(File);
        Assert.InRange(TensorMath.Subtract(model.Logits(images), exported.Run(images)).abs().max().item<float>(), 0, 0.5);
    }

    [Fact]
    public void TheTowersOfABackbone_AreWrittenByThemselves()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using Backbone backbone = ToyModels.CreateBackbone("CLIP");
        OnnxExport.SaveBackbone(backbone, File);
        OnnxExport.SaveBackbone(backbone, _folder["text.onnx"], Tower.Text);
        using OnnxModel image = new(File),
            text = new(_folder["text.onnx"]);
        Tensor images = ToyModels.Images(backbone, 3),
            features = backbone.EncodeImage(images);
        AssertClose(features, image.Run(images, "features"));
        AssertClose(backbone.ProjectImage(features), image.Run(images, "embeddings"));
        Tensor tokens = backbone.RequireTokenizer().Tokenize(["a photo of a cat.", "bee", "an elk and a fox"]);
        Tensor texts = backbone.EncodeText(tokens);
        AssertClose(texts, text.RunTokens(tokens, "features"));
        AssertClose(backbone.ProjectText(texts), text.RunTokens(tokens, "embeddings"));
    }

    [Fact]
    public void TheEndOfATextByItsId_IsFound()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using Backbone backbone = ToyModels.CreateBackbone("CLIP", endToken: 2);
        OnnxExport.SaveBackbone(backbone, File, Tower.Text);
        using OnnxModel text = new(File);
        Tensor tokens = zeros([2, backbone.Config.Text!.ContextLength], int64);
        foreach ((int row, long[] ids) in new long[][] { [0, 9, 8, 2], [0, 7, 2] }.Index())
            tokens[row].narrow(0, 0, ids.Length).copy_(tensor(ids));
        AssertClose(backbone.EncodeText(tokens), text.RunTokens(tokens, "features"));
    }

    [Fact]
    public void PromptsInTheTextTower_AreWritten()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using Backbone backbone = ToyModels.CreateBackbone("CLIP");
        using var random = new Generator(3);
        new VisualPromptOptions { Tower = Tower.Text, Length = 2 }.Apply(new PeftContext(backbone, 7, random));
        OnnxExport.SaveBackbone(backbone, File, Tower.Text);
        using OnnxModel text = new(File);
        Tensor tokens = backbone.RequireTokenizer().Tokenize(["a photo of a cat.", "bee"]);
        AssertClose(backbone.EncodeText(tokens), text.RunTokens(tokens, "features"));
    }

    private static void AssertClose(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        Assert.InRange(TensorMath.Subtract(expected, found).abs().max().item<float>(), 0, 2e-5);
    }

    // The largest difference of the logits, relative to their range.
    private double ErrorOf(string family, OnnxExportOptions options)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using FineTunedModel model = ToyModels.Create(family, ToyModels.IsResNet(family) ? new BitFitOptions() : new AdaptFormerOptions());
        OnnxExport.Save(model, File, options);
        using OnnxModel exported = new(File);
        Tensor images = ToyModels.Images(model.Backbone, 3),
            logits = model.Logits(images);
        double range = TensorMath.Subtract(logits.max(), logits.min()).item<float>();
        return TensorMath.Subtract(logits, exported.Run(images)).abs().max().item<float>() / range;
    }

    private sealed class OpaqueAdapter() : Adapter(nameof(OpaqueAdapter))
    {
        public override Tensor forward(Tensor input, Tensor output) => output.mul(TensorMath.One);
    }

    private sealed record OpaqueClassifierOptions : ClassifierOptions
    {
        public override string Type => "opaque";

        public override Classifier CreateClassifier(ClassifierContext context) => new OpaqueClassifier(context);
    }

    private sealed class OpaqueClassifier : Classifier
    {
        private readonly TorchSharp.Modules.Parameter _weight;

        public OpaqueClassifier(ClassifierContext context)
            : base(nameof(OpaqueClassifier)) =>
            register_parameter("weight", _weight = new(randn(context.ClassCount, context.FeatureWidth)));

        public override TorchSharp.Modules.Parameter Weight => _weight;

        public override Tensor forward(Tensor features) => features.mm(_weight.t());
    }
}
