using LiftPlus.Data;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Inference;

public sealed class PredictionTests : IDisposable
{
    private readonly FineTunedModel _model = TestWorld.Builder().Build().Fit(TestWorld.Dataset(8, 8, 8));
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void EverySourceOfAnImageGivesTheSame()
    {
        byte[] png = TestWorld.Png(1);
        using RgbImage pixels = new SkiaImageDecoder().Decode(png, "green");
        using var stream = new MemoryStream(png);
        string path = _folder.Write("green.png", png);

        IReadOnlyList<Prediction> predictions = _model.Predict([path, png, stream, pixels, ImageSource.FromBytes(png, "mine")]);
        Assert.Equal(
            [path, "an image in memory", "an image in memory", "an image in memory", "mine"],
            predictions.Select(prediction => prediction.Path)
        );
        foreach (
            (ClassScore first, ClassScore other) in predictions.Skip(1).SelectMany(prediction => predictions[0].Top.Zip(prediction.Top))
        )
        {
            Assert.Equal(first.Label, other.Label);
            Assert.Equal(first.Probability, other.Probability, 1e-6f); // a product's last rows may be rounded otherwise than its first
        }

        Assert.Equal("green", predictions[0].ClassName);
        Assert.Equal(["green", "red"], _model.Predict([path], top: 2).Single().Top.Select(score => score.ClassName));
        Assert.True(stream.CanRead); // left open
        Assert.Equal(20, pixels.Share().Width); // still the caller's
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ProbabilitiesAndFeatures_AreTheModelsOwn(bool ensemble)
    {
        _model.Inference = _model.Inference with { TestTimeEnsemble = ensemble };
        Prediction plain = _model.Predict(TestWorld.Png(2));
        Assert.Empty(plain.Probabilities);
        Assert.Empty(plain.Features);

        Prediction raw = _model.Predict(
            TestWorld.Png(2),
            new PredictionOptions
            {
                Top = 2,
                Probabilities = true,
                Features = FeatureKind.Raw,
            }
        );
        Prediction unit = _model.Predict(TestWorld.Png(2), new PredictionOptions { Features = FeatureKind.Normalized });
        Assert.Equal(2, raw.Top.Length);
        Assert.Equal(1f, raw.Probabilities.Sum(), 1e-5);
        Assert.Equal(
            plain.Top,
            raw.Probabilities.Index().OrderByDescending(p => p.Item).Select(p => new ClassScore(p.Index, TestWorld.Names[p.Index], p.Item))
        );
        Assert.Equal(64, raw.Features.Length);
        double length = Math.Sqrt(raw.Features.Sum(value => (double)value * value));
        Assert.All(raw.Features.Zip(unit.Features), pair => Assert.Equal(pair.First / length, pair.Second, 1e-5));

        // One colour looks the same in every crop, so the feature is that of the colour at any place.
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor image = empty(1, 3, 16, 16);
        foreach ((int channel, int value) in new[] { 60, 60, 230 }.Index())
            image.select(1, channel).fill_(TensorMath.Hold(value / 255.0 * 2 - 1));
        float[] expected = [.. _model.Backbone.EncodeImage(image).data<float>()];
        Assert.All(expected.Zip(raw.Features), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void UnreadableImages_FailAreLeftOutOrSaySo()
    {
        byte[] cut = TestWorld.Png(0)[..40];
        ImageSource[] images = [TestWorld.Png(0), ImageSource.FromBytes(cut, "cut"), _folder["nothing.png"], TestWorld.Png(1)];
        Assert.Equal("cut", Assert.Throws<ImageDecodeException>(() => _model.Predict(images)).Name);

        IReadOnlyList<Prediction> kept = _model.Predict(images, new PredictionOptions { KeepErrors = true });
        Assert.Equal(["red", "green"], new[] { kept[0].ClassName, kept[3].ClassName });
        Assert.Contains("cut", kept[1].Error!.Message);
        Assert.Contains("the file does not exist", kept[2].Error!.Message);
        Assert.Empty(kept[1].Top);
        Assert.Same(kept[1].Error, Assert.Throws<LiftPlusException>(() => kept[1].ClassName).InnerException);

        _model.Inference = _model.Inference with { Unreadable = UnreadablePolicy.Skip };
        Assert.Equal(["red", "green"], _model.Predict(images).Select(prediction => prediction.ClassName));
        Assert.Contains("KeepErrors", Assert.Throws<LiftPlusException>(() => _model.Predict(images[1])).Message);
    }

    [Fact]
    public void Limits_HoldForEverySource()
    {
        byte[] png = TestWorld.Png(0, 300, 300);
        string path = _folder.Write("large.png", png);
        var fewPixels = new PredictionOptions
        {
            KeepErrors = true,
            Limits = new ImageLimits { MaxPixels = 89_999 },
        };
        var fewBytes = new PredictionOptions
        {
            KeepErrors = true,
            Limits = new ImageLimits { MaxEncodedBytes = png.Length - 1 },
        };
        foreach (PredictionOptions options in new[] { fewPixels, fewBytes })
        {
            IReadOnlyList<Prediction> refused = _model.Predict([path, png, new MemoryStream(png)], options);
            Assert.All(refused, prediction =>
                Assert.Contains(options == fewPixels ? "300x300" : $"{png.Length - 1:N0} bytes", prediction.Error!.Message)
            );
        }

        var enough = new PredictionOptions
        {
            Limits = new ImageLimits { MaxPixels = 90_000, MaxEncodedBytes = png.Length },
        };
        Assert.Equal(3, _model.Predict([path, png, new MemoryStream(png)], enough).Count);
        string wrong = Assert
            .Throws<LiftPlusException>(() =>
                _model.Predict(
                    png,
                    new PredictionOptions
                    {
                        Top = 0,
                        Limits = new ImageLimits { MaxPixels = 0 },
                    }
                )
            )
            .Message;
        Assert.Contains("PredictionOptions.Top", wrong);
        Assert.Contains("PredictionOptions.Limits.MaxPixels", wrong);
    }

    // A stream without end is read as far as the limit and no further.
    [Fact]
    public void EndlessStream_IsRefusedAtTheLimit()
    {
        var endless = new EndlessStream();
        var options = new PredictionOptions { Limits = new ImageLimits { MaxEncodedBytes = 1 << 20 } };
        Assert.Contains("more than the", Assert.Throws<ImageDecodeException>(() => _model.Predict(endless, options)).Message);
        Assert.InRange(endless.Given, 1 << 20, 3 << 20);
    }

    [Fact]
    public async Task PredictEach_TakesImagesOnlyAsFastAsTheyAreWanted()
    {
        _model.Inference = _model.Inference with { BatchSize = 4 };
        int taken = 0;
        byte[] png = TestWorld.Png(2);
        int predicted = 0;
        await foreach (Prediction prediction in _model.PredictEachAsync(Endless()))
        {
            Assert.Equal($"{predicted}", prediction.Path);
            Assert.InRange(taken, predicted + 1, predicted + 1 + 3 * 4);
            if (++predicted == 30)
                break;
        }

        async IAsyncEnumerable<ImageSource> Endless()
        {
            while (true)
            {
                await Task.Yield();
                yield return ImageSource.FromBytes(png, $"{taken++}");
            }
        }
    }

    [Fact]
    public async Task PredictEach_CanBeCancelled_WhileItWaitsForImages()
    {
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (Prediction _ in _model.PredictEachAsync(Stuck(cancel.Token), null, cancel.Token))
                Assert.Fail("There is no whole batch.");
        });

        async IAsyncEnumerable<ImageSource> Stuck([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
        {
            yield return TestWorld.Png(0);
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, stop);
        }
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        byte[] png = TestWorld.Png(0);
        _model.Predict(png);
        long before = LiveTensors.Count();
        _model.Predict([png, png, png], new PredictionOptions { Features = FeatureKind.Normalized, Probabilities = true });
        Assert.Empty(_model.Predict(Array.Empty<string>()));
        LiveTensors.AssertBecome(before);
    }

    private sealed class EndlessStream : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
