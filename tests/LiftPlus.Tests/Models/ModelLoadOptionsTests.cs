using LiftPlus.Data;
using LiftPlus.TestSupport;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

public sealed class ModelLoadOptionsTests : IDisposable
{
    private static readonly ModelLoadOptions s_cpu = new() { Device = "cpu" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ADecoder_IsTheLoadedModels()
    {
        var decoder = new CountingDecoder();
        using FineTunedModel trained = Save(TestWorld.Builder().UseDecoder(decoder));
        using FineTunedModel loaded = FineTunedModel.Load(
            _folder["model"],
            s_cpu with
            {
                CreateBackbone = TestWorld.CreateBackbone,
                Decoder = decoder,
            }
        );
        int before = decoder.Count;
        Prediction prediction = loaded.Predict(TestWorld.Png(label: 1));
        Assert.True(decoder.Count > before, "The image was decoded by another decoder.");
        Assert.Equal(trained.Predict(TestWorld.Png(label: 1)).Top.AsEnumerable(), prediction.Top);
    }

    [Fact]
    public void AnotherDecoderThanThatOfTheTraining_IsRefusedUnlessTheCallerChoosesIt()
    {
        using FineTunedModel trained = Save(TestWorld.Builder().UseDecoder(new CountingDecoder()));
        ModelLoadOptions options = s_cpu with { CreateBackbone = TestWorld.CreateBackbone };
        string message = Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], options)).Message;
        Assert.Contains("CountingDecoder in ", message);
        Assert.Contains("LiftPlus.SkiaImageDecoder now", message);
        Assert.Contains("ModelLoadOptions.Decoder", message);

        List<string> log = [];
        options = options with { Decoder = new SkiaImageDecoder(), Logger = new ListLogger(log) };
        FineTunedModel.Load(_folder["model"], options).Dispose();
        Assert.Contains(log, line => line.StartsWith("Warning: ") && line.Contains("CountingDecoder") && line.Contains("SkiaImageDecoder"));
    }

    [Fact]
    public void AReducedScale_IsRemarked()
    {
        using FineTunedModel trained = Save(TestWorld.Builder().UseDecoder(new SkiaImageDecoder(reducedScale: true)));
        List<string> log = [];
        FineTunedModel
            .Load(_folder["model"], s_cpu with { CreateBackbone = TestWorld.CreateBackbone, Logger = new ListLogger(log) })
            .Dispose();
        Assert.Contains(log, line => line.StartsWith("Warning: ") && line.Contains("reducedScale"));
    }

    [Fact]
    public void AFunctionThatCreatesTheBackbone_StandsForItsFiles()
    {
        using FineTunedModel trained = Save(TestWorld.Builder());
        using FineTunedModel loaded = FineTunedModel.Load(_folder["model"], s_cpu with { CreateBackbone = TestWorld.CreateBackbone });
        using IDisposable noGrad = no_grad();
        using Tensor images = randn(2, 3, 16, 16),
            expected = trained.Logits(images),
            found = loaded.Logits(images);
        Assert.True(expected.eq(found).all().item<bool>());
    }

    [Fact]
    public void AMissingBackbone_IsAskedForByTheNamesOfTheOptions()
    {
        using FineTunedModel trained = Save(TestWorld.Builder());
        string message = Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], s_cpu)).Message;
        Assert.Contains("made in code (test ViT)", message);
        Assert.Contains("Set ModelLoadOptions.Backbone to its folder, file or hub id", message);
        Assert.Contains("ModelLoadOptions.CreateBackbone", message);
    }

    [Fact]
    public void TwoBackbones_AreRefused()
    {
        using FineTunedModel trained = Save(TestWorld.Builder());
        var options = new ModelLoadOptions { Backbone = "somewhere", CreateBackbone = TestWorld.CreateBackbone };
        Assert.Contains("both set", Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], options)).Message);
    }

    [Fact]
    public void AnUnknownDevice_IsNamed()
    {
        using FineTunedModel trained = Save(TestWorld.Builder());
        var options = new ModelLoadOptions { Device = "tpu", CreateBackbone = TestWorld.CreateBackbone };
        Assert.Contains(
            "ModelLoadOptions.Device: the value is tpu.",
            Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(_folder["model"], options)).Message
        );
    }

    private FineTunedModel Save(LongTailFineTunerBuilder builder)
    {
        FineTunedModel model = builder.UseEpochs(1).Build().Fit(TestWorld.Dataset(4, 4, 4));
        model.Save(_folder["model"]);
        return model;
    }

    private sealed class CountingDecoder : IImageDecoder
    {
        private readonly SkiaImageDecoder _decoder = new();

        public int Count { get; private set; }

        public RgbImage Decode(ReadOnlySpan<byte> encoded, string name)
        {
            Count++;
            return _decoder.Decode(encoded, name);
        }
    }
}
