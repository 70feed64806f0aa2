using LiftPlus.Data;
using LiftPlus.TestSupport;

namespace LiftPlus.Exports.Tests;

/// <summary>Compares the classifier that ONNX Runtime computes with the model that was exported.</summary>
public sealed class OnnxImageClassifierTests : IDisposable
{
    private static readonly PredictionOptions s_everything = new() { Probabilities = true, Features = FeatureKind.Raw };

    private readonly TemporaryFolder _folder = new();

    private string File => _folder["model.onnx"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("CLIP", false, 1)]
    [InlineData("CLIP", true, 1)]
    [InlineData("CLIP", false, 5)]
    [InlineData("CLIP", true, 10)]
    [InlineData("ResNet", false, 1)]
    [InlineData("SigLIP", true, 5)]
    public async Task PredictionsAreThoseOfTheModel(string family, bool preprocessing, int views)
    {
        using FineTunedModel model = ToyModels.Create(family);
        model.Inference = new InferenceOptions
        {
            TestTimeEnsemble = views > 1,
            MirrorCrops = views == 10,
            Expand = 4,
        };
        OnnxExport.Save(model, File, new OnnxExportOptions { Preprocessing = preprocessing });
        ImageSource[] images = [.. Enumerable.Range(1, 12).Select(Waves.Image)];
        IReadOnlyList<Prediction> expected = await model.PredictAsync(images, s_everything);

        using OnnxImageClassifier classifier = OnnxImageClassifier.Load(File, new OnnxSessionOptions { BatchSize = 4 * views });
        Assert.Equal(model.ClassNames, classifier.ClassNames);
        IReadOnlyList<Prediction> found = await classifier.PredictAsync(images, s_everything);
        Assert.Equal(expected.Select(prediction => prediction.ClassName), found.Select(prediction => prediction.ClassName));
        Assert.Equal(expected.Select(prediction => prediction.Path), found.Select(prediction => prediction.Path));
        foreach ((Prediction wanted, Prediction got) in expected.Zip(found))
        {
            // Images are prepared by the same code, also where the file could do it: no pixel differs.
            Assert.All(wanted.Probabilities.Zip(got.Probabilities), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
            Assert.All(wanted.Features.Zip(got.Features), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Theory]
    [InlineData(UnknownMeasure.MaximumSoftmax)]
    [InlineData(UnknownMeasure.NeighborDistance)]
    public void ThePolicyTravelsAsFarAsItCan(UnknownMeasure measure)
    {
        using FineTunedModel model = ToyModels.Create("CLIP");
        ImageDataset images = new(
            Enumerable.Range(0, 28).Select(i => new LabeledImage(Waves.Image(i), i % ToyModels.Classes.Length)),
            ToyModels.Classes
        );
        PredictionPolicy policy = model.FitPolicy(images, images, new PredictionPolicyOptions { UnknownMeasure = measure, Coverage = 0.6 });
        model.Policy = policy with { Prior = [0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1] };
        OnnxExport.Save(model, File);
        using OnnxImageClassifier classifier = OnnxImageClassifier.Load(File);
        Prediction expected = model.Predict(Waves.Image(40), s_everything),
            found = classifier.Predict(Waves.Image(40), s_everything);
        Assert.Equal(expected.Set!.Value.Select(entry => entry.Label), found.Set!.Value.Select(entry => entry.Label));
        Assert.All(expected.Probabilities.Zip(found.Probabilities), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
        Assert.NotNull(expected.Unknown);
        if (measure == UnknownMeasure.MaximumSoftmax)
            Assert.Equal(expected.Unknown.Value.Value, found.Unknown!.Value.Value, 1e-4);
        else
            Assert.Null(found.Unknown);
    }

    [Fact]
    public void NormalizedFeatures_HaveLengthOne()
    {
        using OnnxImageClassifier classifier = Load();
        Prediction prediction = classifier.Predict(Waves.Image(1), new PredictionOptions { Features = FeatureKind.Normalized });
        Assert.Equal(1, Math.Sqrt(prediction.Features.Sum(value => value * value)), 1e-5);
        Assert.Empty(classifier.Predict(Waves.Image(1)).Features);
    }

    [Fact]
    public async Task ImagesThatCannotBeRead_AreNamed()
    {
        using OnnxImageClassifier classifier = Load();
        ImageSource[] images = [Waves.Image(1), ImageSource.FromBytes(new byte[] { 1, 2, 3 }, "damaged.jpg"), Waves.Image(2)];
        LiftPlusException error = await Assert.ThrowsAsync<ImageDecodeException>(() => classifier.PredictAsync(images));
        Assert.Contains("damaged.jpg", error.Message);
        IReadOnlyList<Prediction> kept = await classifier.PredictAsync(images, new PredictionOptions { KeepErrors = true });
        Assert.Equal([false, true, false], kept.Select(prediction => prediction.Error is not null));
    }

    [Fact]
    public async Task AfterDisposal_EveryCallThrows()
    {
        OnnxImageClassifier classifier = Load();
        classifier.Dispose();
        classifier.Dispose();
        Assert.Throws<ObjectDisposedException>(() => classifier.ClassNames);
        Assert.Throws<ObjectDisposedException>(() => classifier.Metadata);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => classifier.PredictAsync(Waves.Image(1)));
    }

    [Fact]
    public async Task ManyCallers_GetTheirOwnAnswers()
    {
        using OnnxImageClassifier classifier = Load();
        ImageSource[] images = [.. Enumerable.Range(1, 16).Select(Waves.Image)];
        Prediction[] alone = [.. images.Select(image => classifier.Predict(image))];
        Prediction[] together = await Task.WhenAll(images.Select(image => Task.Run(() => classifier.PredictAsync(image))));
        Assert.Equal(alone.Select(prediction => prediction.Top[0]), together.Select(prediction => prediction.Top[0]));
    }

    [Fact]
    public void TheMetadata_TellWhatTheModelIs()
    {
        using OnnxImageClassifier classifier = Load();
        Assert.Equal("toy CLIP", classifier.Metadata["backbone"]);
        Assert.Contains("\"Classifier\"", classifier.Metadata["recipe"]);
    }

    [Fact]
    public void AMissingFile_IsNamed()
    {
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => OnnxImageClassifier.Load(_folder["nothing.onnx"]));
        Assert.Contains("nothing.onnx: the file does not exist", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(10_000)]
    public void ADamagedFile_IsRefused(int length)
    {
        using (FineTunedModel model = ToyModels.Create("CLIP"))
            OnnxExport.Save(model, File);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, bytes[..length]);
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => OnnxImageClassifier.Load(File));
        Assert.StartsWith(File, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileOfABackbone_IsNotAClassifier()
    {
        using (Backbone backbone = ToyModels.CreateBackbone("CLIP"))
            OnnxExport.SaveBackbone(backbone, File);
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => OnnxImageClassifier.Load(File));
        Assert.Contains("its metadata have no 'class_names'. Give a file that OnnxExport.Save of LiftPlus wrote.", error.Message);
    }

    [Theory]
    [InlineData("\"crop\":24", "\"crop\":20", "but its metadata describe Single (-1, 3, 20, 20)")]
    [InlineData("\"crop\":24", "\"crop\":-1", "'crop' is -1; it must be 1 to")]
    [InlineData("\"views\":1", "\"views\":7", "'views' is 7; it must be 1, 5 or 10")]
    [InlineData("\"views\":1", "\"views\":5", "describe Single (-1, 5, 3, 24, 24)")]
    [InlineData("\"in_graph\":false", "\"in_graph\":true ", "describe Byte (-1, -1, -1, 3)")]
    [InlineData("\"in_graph\":false", "\"in_graph\":\"yes\"", "metadata cannot be read")]
    [InlineData("\"mean\":[", "\"mean\":{", "metadata cannot be read")]
    [InlineData("[\"ant\",", "[null ,", "'class_names' has no names")]
    [InlineData("[\"ant\",", "[      ", "its output 'logits' has 7 classes, and its metadata name 6")]
    public void MetadataThatDoNotFit_AreRefused(string from, string to, string reason)
    {
        using (FineTunedModel model = ToyModels.Create("CLIP"))
            OnnxExport.Save(model, File);
        byte[] bytes = System.IO.File.ReadAllBytes(File),
            old = System.Text.Encoding.UTF8.GetBytes(from),
            changed = System.Text.Encoding.UTF8.GetBytes(to);
        int at = bytes.AsSpan().IndexOf(old);
        Assert.True(at > 0 && old.Length == changed.Length, "the test changes bytes in place");
        changed.CopyTo(bytes, at);
        System.IO.File.WriteAllBytes(File, bytes);
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => OnnxImageClassifier.Load(File));
        Assert.StartsWith(File, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message);
    }

    [Theory]
    [InlineData(OnnxProvider.Cuda)]
    [InlineData(OnnxProvider.DirectML)]
    public void AProviderThatIsMissing_IsAnError(OnnxProvider provider)
    {
        using (FineTunedModel model = ToyModels.Create("CLIP"))
            OnnxExport.Save(model, File);
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            OnnxImageClassifier.Load(File, new OnnxSessionOptions { Provider = provider })
        );
        Assert.Contains($"cannot compute on {provider}", error.Message);
    }

    [Fact]
    public void OptionsOutOfRange_AreListed()
    {
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            OnnxImageClassifier.Load(File, new OnnxSessionOptions { Threads = 0, BatchSize = 0 })
        );
        Assert.Contains("OnnxSessionOptions.Threads: the value is 0", error.Message);
        Assert.Contains("OnnxSessionOptions.BatchSize: the value is 0", error.Message);
    }

    [Fact]
    public void Configure_ReachesOnnxRuntime()
    {
        int calls = 0;
        using (FineTunedModel model = ToyModels.Create("CLIP"))
            OnnxExport.Save(model, File);
        using OnnxImageClassifier classifier = OnnxImageClassifier.Load(
            File,
            new OnnxSessionOptions { Configure = options => calls += options.IntraOpNumThreads, Threads = 3 }
        );
        Assert.Equal(3, calls);
    }

    [Fact]
    public void TheAssembliesOfTheClassifier_DoNotNeedTorchSharp()
    {
        string[] torch =
        [
            .. new[] { typeof(OnnxImageClassifier), typeof(IImageClassifier), typeof(ImageDataset) }
                .SelectMany(type => type.Assembly.GetReferencedAssemblies())
                .Select(name => name.Name!)
                .Where(name => name.Contains("Torch", StringComparison.Ordinal) || name is "LiftPlus" or "LiftPlus.Core"),
        ];
        Assert.Empty(torch);
    }

    private OnnxImageClassifier Load()
    {
        using (FineTunedModel model = ToyModels.Create("CLIP"))
            OnnxExport.Save(model, File);
        return OnnxImageClassifier.Load(File);
    }
}
