using Microsoft.Extensions.DependencyInjection;

namespace LiftPlus.Tests.Serving;

/// <summary>Senders that are slow, stop, or send too much, beside good ones.</summary>
public sealed class AdmissionTests : IDisposable
{
    private const int FirstBytes = 4096; // that a stream takes before it has sent anything
    private readonly ServedWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(QueueFullMode.Reject)]
    [InlineData(QueueFullMode.Wait)]
    public async Task StalledSenders_TakeNoPlace(QueueFullMode mode)
    {
        await using ServiceProvider services = _world.Services(options => (options.QueueCapacity, options.FullMode) = (2, mode));
        var classifier = services.GetRequiredService<IImageClassifier>();
        SlowStream[] stalled = [.. Enumerable.Range(0, 300).Select(_ => new SlowStream(TestWorld.Png(1)))];
        Task<Prediction>[] waiting = [.. stalled.Select(stream => classifier.PredictAsync(stream))];
        await Task.WhenAll(stalled.Select(stream => stream.IsRead));
        for (int i = 0; i < 30; i++)
            Assert.Equal(TestWorld.Names[i % 3], (await classifier.PredictAsync(new MemoryStream(TestWorld.Png(i % 3)))).ClassName);
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        for (int i = 0; i < stalled.Length; i++) // one after the other, because two places are few
        {
            stalled[i].GoOn();
            Assert.Equal("green", (await waiting[i]).ClassName);
        }
    }

    [Fact]
    public async Task StreamsTakeNoMoreMemoryThanTheLimit_AndOneImage()
    {
        await using ServiceProvider services = _world.Services(options => options.MaxBufferedBytes = 3 * FirstBytes);
        var classifier = services.GetRequiredService<IImageClassifier>();
        SlowStream[] stalled = [.. Enumerable.Range(0, 4).Select(_ => new SlowStream(TestWorld.Png(1)))];
        Task<Prediction>[] waiting = [.. stalled.Select(stream => classifier.PredictAsync(stream))];
        await Task.WhenAll(stalled.Select(stream => stream.IsRead));
        QueueFullException full = await Assert.ThrowsAsync<QueueFullException>(() =>
            classifier.PredictAsync(new MemoryStream(TestWorld.Png(0)))
        );
        Assert.Contains("12,288 bytes", full.Message);
        Assert.Contains(nameof(ImageClassifierOptions.MaxBufferedBytes), full.Message);
        Assert.Equal("red", (await classifier.PredictAsync(TestWorld.Png(0))).ClassName); // the caller's own bytes do not count
        Array.ForEach(stalled, stream => stream.GoOn());
        Assert.All(await Task.WhenAll(waiting), prediction => Assert.Equal("green", prediction.ClassName));
        Assert.Equal("red", (await classifier.PredictAsync(new MemoryStream(TestWorld.Png(0)))).ClassName);
    }

    [Fact]
    public async Task WaitingForMemory_EndsWhenThereIsSome()
    {
        await using ServiceProvider services = _world.Services(options =>
            (options.MaxBufferedBytes, options.FullMode) = (FirstBytes, QueueFullMode.Wait)
        );
        var classifier = services.GetRequiredService<IImageClassifier>();
        var stalled = new SlowStream(TestWorld.Png(1));
        Task<Prediction> first = classifier.PredictAsync(stalled);
        await stalled.IsRead;
        Task<Prediction>[] more =
        [
            .. Enumerable
                .Range(0, 40)
                .Select(i => classifier.PredictAsync(new MemoryStream([.. TestWorld.Png(i % 3), .. new byte[20_000]]))),
        ];
        Prediction[] predictions = await Task.WhenAll(more);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => TestWorld.Names[i % 3]), predictions.Select(prediction => prediction.ClassName));
        stalled.GoOn();
        Assert.Equal("green", (await first).ClassName);
    }

    [Fact]
    public async Task AStreamThatTakesTooLong_FailsAsATimeout_AndGivesItsMemoryBack()
    {
        await using ServiceProvider services = _world.Services(options =>
            (options.ReadTimeout, options.MaxBufferedBytes) = (TimeSpan.FromMilliseconds(30), FirstBytes)
        );
        var classifier = services.GetRequiredService<IImageClassifier>();
        for (int round = 0; round < 5; round++)
        {
            ImageDecodeException slow = await Assert.ThrowsAsync<ImageDecodeException>(() =>
                classifier.PredictAsync(ImageSource.FromStream(new SlowStream([]), "upload"))
            );
            Assert.IsType<TimeoutException>(slow.InnerException);
            Assert.Contains("'upload' cannot be read: its bytes did not arrive within 0.03 s", slow.Message);
        }
    }

    [Fact]
    public async Task WhatFails_GivesItsMemoryBack()
    {
        await using ServiceProvider services = _world.Services(options =>
        {
            options.MaxBufferedBytes = FirstBytes;
            options.Limits = new ImageLimits { MaxEncodedBytes = 50_000 };
        });
        var classifier = services.GetRequiredService<IImageClassifier>();
        for (int round = 0; round < 5; round++)
        {
            using var cancel = new CancellationTokenSource();
            var stalled = new SlowStream([]);
            Task<Prediction> cancelled = classifier.PredictAsync(stalled, null, cancel.Token);
            await stalled.IsRead;
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
            ImageDecodeException large = await Assert.ThrowsAsync<ImageDecodeException>(() =>
                classifier.PredictAsync(new MemoryStream(new byte[60_000]))
            );
            ImageDecodeException bad = await Assert.ThrowsAsync<ImageDecodeException>(() =>
                classifier.PredictAsync(new MemoryStream(new byte[40_000]))
            );
            Assert.Equal((true, false), (large.IsTooLarge, bad.IsTooLarge));
            Assert.Equal("blue", (await classifier.PredictAsync(new MemoryStream(TestWorld.Png(2)))).ClassName);
        }
    }
}
