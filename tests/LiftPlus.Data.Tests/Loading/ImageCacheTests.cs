using TorchSharp;

namespace LiftPlus.Data.Tests;

public sealed class ImageCacheTests : IDisposable
{
    private const int Count = 12;

    private readonly TestImages _images = new();
    private readonly ImageDataset _dataset;

    public ImageCacheTests() => _dataset = _images.Dataset(Count);

    public void Dispose() => _images.Dispose();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 4)]
    [InlineData(true, 1)]
    [InlineData(true, 4)]
    public void TheNumbersAreTheSame_AndNothingIsDecodedTwice(bool onDisk, int workers)
    {
        var decoder = new CountingDecoder();
        string? folder = onDisk ? _images.PathOf("cache/here") : null;
        using (BatchLoader loader = Loader(decoder, workers, new ImageCacheOptions { Folder = folder }))
        {
            for (int epoch = 0; epoch < 3; epoch++)
                Assert.Equal(Expected(epoch), Read(loader, epoch));
            Assert.Equal(Count, decoder.Decoded);
            Assert.Equal((Count, null), (loader.Cache!.Images, loader.Cache.Fault));
            Assert.Equal(onDisk ? 1 : 0, folder is null ? 0 : Directory.GetFiles(folder).Length);
        }

        if (onDisk)
            Assert.Empty(Directory.GetFiles(folder!));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void ABoundIsKept_AndWhatDoesNotFitIsDecodedEachTime(int workers)
    {
        const long most = 5 * 3 * 45 * 34; // five of the largest
        var decoder = new CountingDecoder();
        using BatchLoader loader = Loader(decoder, workers, new ImageCacheOptions { MaxBytes = most });
        for (int epoch = 0; epoch < 3; epoch++)
            Assert.Equal(Expected(epoch), Read(loader, epoch));
        Assert.InRange(loader.Cache!.Bytes, most / 2, most);
        Assert.InRange(loader.Cache.Images, 5, Count - 1);
        Assert.Equal(Count + 2 * (Count - loader.Cache.Images), decoder.Decoded);
    }

    [Fact]
    public void AFullDiskStopsTheCache_NotTheRun()
    {
        var store = new FullDisk(room: 3);
        using var cache = new ImageCache(store, long.MaxValue, Count);
        for (int turn = 0; turn < 2; turn++)
        {
            for (int i = 0; i < Count; i++)
            {
                using RgbImage kept = cache.Read(i, _dataset[i].Source, new SkiaImageDecoder()),
                    decoded = new SkiaImageDecoder().Decode(_dataset[i].Name);
                Assert.Equal(decoded.ToPacked(), kept.ToPacked());
            }
        }

        Assert.Equal((3, 4), (cache.State.Images, store.Tries));
        Assert.Contains("No space left on device", cache.State.Fault);
        Assert.Contains("Loading continues without it", cache.State.Fault);
    }

    [Fact]
    public void ADiskThatVanishesIsReadAround()
    {
        var store = new FullDisk(room: Count);
        using var cache = new ImageCache(store, long.MaxValue, Count);
        cache.Read(0, _dataset[0].Source, new SkiaImageDecoder()).Dispose();
        store.Gone = true;
        using RgbImage again = cache.Read(0, _dataset[0].Source, new SkiaImageDecoder()),
            decoded = new SkiaImageDecoder().Decode(_dataset[0].Name);
        Assert.Equal(decoded.ToPacked(), again.ToPacked());
        Assert.Contains("device is gone", cache.State.Fault);
    }

    [Fact]
    public void AFolderThatCannotBeMadeIsNamed()
    {
        string file = _images.WriteText("a-file", "");
        LiftPlusException failure = Assert.Throws<LiftPlusException>(() =>
            Loader(new CountingDecoder(), 1, new ImageCacheOptions { Folder = file })
        );
        Assert.Contains(file, failure.Message);
        Assert.Contains(
            "Cache.MaxBytes is 0",
            Assert.Throws<LiftPlusException>(() => Loader(new CountingDecoder(), 1, new ImageCacheOptions { MaxBytes = 0 })).Message
        );
    }

    private float[] Expected(int epoch)
    {
        using BatchLoader loader = Loader(new CountingDecoder(), 1, null);
        return Read(loader, epoch);
    }

    private BatchLoader Loader(IImageDecoder decoder, int workers, ImageCacheOptions? cache) =>
        new(
            _dataset,
            new MinimalistAugmentationOptions().CreatePipeline(16),
            PixelNormalizer.Clip,
            new ShuffleSampler(),
            new()
            {
                BatchSize = 5,
                Workers = workers,
                Cache = cache,
            },
            decoder
        );

    private static float[] Read(BatchLoader loader, int epoch)
    {
        var numbers = new List<float>();
        foreach (ImageBatch batch in loader.ReadEpoch(epoch, 0.3))
        {
            using (batch)
                numbers.AddRange(batch.Images.data<float>());
        }

        return [.. numbers];
    }

    private sealed class CountingDecoder : IImageDecoder
    {
        private int _decoded;

        public int Decoded => _decoded;

        public RgbImage Decode(ReadOnlySpan<byte> encoded, string name)
        {
            Interlocked.Increment(ref _decoded);
            return new SkiaImageDecoder().Decode(encoded, name);
        }
    }

    private sealed class FullDisk(int room) : IPixelStore
    {
        private readonly MemoryPixelStore _store = new();

        public int Tries { get; private set; }

        public bool Gone { get; set; }

        public long Save(byte[] packed) => ++Tries <= room ? _store.Save(packed) : throw new IOException("No space left on device");

        public RgbImage Load(long place, int width, int height) =>
            Gone ? throw new IOException("The device is gone") : _store.Load(place, width, height);

        public void Dispose() => _store.Dispose();
    }
}
