using LiftPlus.Models;
using LiftPlus.Tests.Hub;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>A CLIP model and class names are a classifier in one line.</summary>
public sealed class ZeroShotLoadTests : IDisposable
{
    private static readonly string s_tinyClip = Repository.PathOf("samples", "assets", "tiny-clip");
    private static readonly ModelLoadOptions s_cpu = new() { Device = "cpu" };
    private static readonly string[] s_names = ["red circle", "blue square"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFolderAndNamesAreAClassifier()
    {
        using ZeroShotClassifier expected = new(Backbone.Load(s_tinyClip), new ClassDistribution(s_names, [1, 1])),
            inOneLine = ZeroShotClassifier.Load(s_tinyClip, "red circle", "blue square"),
            fromAList = ZeroShotClassifier.Load(s_tinyClip, s_names.ToList()),
            withOptions = ZeroShotClassifier.Load(s_tinyClip, s_names, s_cpu);
        Assert.Equal(s_names, inOneLine.ClassNames);
        Prediction prediction = expected.Predict(TestWorld.Png(0));
        foreach (ZeroShotClassifier classifier in new[] { inOneLine, fromAList, withOptions })
            Assert.Equal(prediction.Top, classifier.Predict(TestWorld.Png(0)).Top);
    }

    [Fact]
    public void TemplatesAndTheDecoderOfTheOptionsAreUsed()
    {
        var decoder = new PaintingDecoder();
        using ZeroShotClassifier plain = ZeroShotClassifier.Load(s_tinyClip, s_names, s_cpu),
            changed = ZeroShotClassifier.Load(s_tinyClip, s_names, s_cpu with { Decoder = decoder }, ["a drawing of a {}."]);
        using IDisposable noGrad = no_grad();
        using Tensor images = randn(2, 3, 32, 32),
            before = plain.Logits(images),
            after = changed.Logits(images);
        Assert.False(before.allclose(after));
        changed.Predict(TestWorld.Png(0));
        Assert.Equal(1, decoder.Calls);
    }

    [Fact]
    public void WhatIsWrongIsNamed()
    {
        Assert.Contains("at least one class", Fails(() => ZeroShotClassifier.Load(s_tinyClip)));
        Assert.Contains("blank", Fails(() => ZeroShotClassifier.Load(s_tinyClip, "cat", " ")));
        Assert.Contains("stands for the labels 0 and 1", Fails(() => ZeroShotClassifier.Load(s_tinyClip, "sea_cow", "sea cow")));
        Assert.Contains("models/nothing", Fails(() => ZeroShotClassifier.Load("models/nothing", "cat", "dog")));
        Assert.Contains("tpu", Fails(() => ZeroShotClassifier.Load(s_tinyClip, s_names, new ModelLoadOptions { Device = "tpu" })));
        Assert.Contains("model folders", Fails(() => ZeroShotClassifier.Load(s_tinyClip, s_names, s_cpu with { Backbone = "x" })));
        string hash = new('0', 64);
        Assert.Contains("model folders", Fails(() => ZeroShotClassifier.Load(s_tinyClip, s_names, s_cpu with { TrustedHash = hash })));
        using (Backbone vision = TestWorld.CreateBackbone())
            vision.Save(_folder["vision"]);
        Assert.Contains("text", Fails(() => ZeroShotClassifier.Load(_folder["vision"], s_names, s_cpu)));
    }

    [Fact]
    public void ARepositoryIsDownloaded_UnlessTheHubIsOffline()
    {
        using FakeHub hub = new(Directory.EnumerateFiles(s_tinyClip).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes));
        HubOptions options = TestHub.Options(hub.Address, _folder["cache"]);
        string message = Fails(() =>
            ZeroShotClassifier.Load(FakeHub.Repository, s_names, s_cpu with { Hub = options with { Offline = true } })
        );
        Assert.Contains(FakeHub.Repository, message);
        Assert.Empty(hub.Requests);
        ZeroShotClassifier.Load(FakeHub.Repository, s_names, s_cpu with { Hub = options }).Dispose();
        Assert.NotEmpty(hub.Requests);
        hub.Requests.Clear();
        ZeroShotClassifier.Load(FakeHub.Repository, s_names, s_cpu with { Hub = options with { Offline = true } }).Dispose();
        Assert.Empty(hub.Requests);
    }

    private static string Fails(Func<ZeroShotClassifier> load) => Assert.ThrowsAny<LiftPlusException>(load).Message;
}
