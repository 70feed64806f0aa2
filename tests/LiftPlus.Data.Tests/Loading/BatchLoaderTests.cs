using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Data.Tests;

/// <summary>Alone in the process while it runs: one test measures what the whole process allocates.</summary>
[CollectionDefinition(nameof(BatchLoaderTests), DisableParallelization = true)]
[Collection(nameof(BatchLoaderTests))]
public sealed class BatchLoaderTests : IDisposable
{
    private const int Size = 16;

    private readonly TestImages _images = new();

    public static TheoryData<string, string> Faults => BrokenImages.All;

    public void Dispose() => _images.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void AnyNumberOfWorkersGivesTheSameNumbers(int workers)
    {
        ImageDataset dataset = _images.Dataset(50);
        foreach (int epoch in new[] { 0, 3 })
        {
            using BatchLoader one = Loader(dataset, workers: 1),
                many = Loader(dataset, workers);
            List<(int[] Indices, long[] Labels, float[] Pixels)> expected = Read(one, epoch),
                got = Read(many, epoch);
            Assert.Equal([7, 7, 7, 7, 7, 7, 7, 1], got.Select(batch => batch.Indices.Length));
            for (int b = 0; b < got.Count; b++)
            {
                Assert.Equal(expected[b].Indices, got[b].Indices);
                Assert.Equal(got[b].Indices.Select(i => (long)dataset[i].Label), got[b].Labels);
                Assert.Equal(expected[b].Pixels, got[b].Pixels);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    public void AnEpochTakenUpLater_IsTheRestOfTheWholeOne(int firstBatch)
    {
        ImageDataset dataset = _images.Dataset(50);
        using BatchLoader loader = Loader(dataset, workers: 2);
        List<(int[] Indices, long[] Labels, float[] Pixels)> whole = Read(loader, 1);
        int b = firstBatch;
        foreach (ImageBatch batch in loader.ReadEpoch(1, 0, firstBatch: firstBatch))
        {
            using (batch)
            {
                Assert.Equal(whole[b].Indices, batch.Indices);
                Assert.Equal(whole[b++].Pixels, batch.Images.data<float>().ToArray());
            }
        }

        Assert.Equal(8, b);
    }

    [Fact]
    public void EveryImageIsReadOnceAndItsPixelsAreItsOwn()
    {
        ImageDataset dataset = _images.Dataset(20);
        using BatchLoader loader = Loader(dataset, workers: 3);
        var pipeline = new MinimalistAugmentationOptions().CreatePipeline(Size);
        var seen = new List<int>();
        foreach ((int[] indices, _, float[] pixels) in Read(loader, 2, progress: 0.5))
        {
            seen.AddRange(indices);
            for (int i = 0; i < indices.Length; i++)
            {
                RgbImage decoded = new SkiaImageDecoder().Decode(dataset[indices[i]].Name);
                using RgbImage view = pipeline.Apply(decoded, new TransformContext(new StreamRandom(11, 2, indices[i]), 0.5))[0];
                float[] expected = new float[3 * Size * Size];
                PixelNormalizer.Clip.Write(view, expected);
                Assert.Equal(expected, pixels.AsSpan(i * expected.Length, expected.Length));
            }
        }

        Assert.Equal(Enumerable.Range(0, 20), seen.Order());
    }

    [Fact]
    public void OrderAndCropsChangeWithEpochAndSeed()
    {
        ImageDataset dataset = _images.Dataset(30);
        using BatchLoader loader = Loader(dataset, workers: 2),
            other = Loader(dataset, workers: 2, seed: 12);
        int[][] orders =
        [
            .. new[] { Read(loader, 0), Read(loader, 1), Read(other, 0) }.Select(epoch =>
                epoch.SelectMany(batch => batch.Indices).ToArray()
            ),
        ];
        Assert.NotEqual(orders[0], orders[1]);
        Assert.NotEqual(orders[0], orders[2]);
        Assert.Equal(orders[0], Read(loader, 0).SelectMany(batch => batch.Indices));
    }

    [Fact]
    public void RepeatedImagesAreAugmentedAnew_WhateverTheWorkers()
    {
        ImageDataset dataset = _images.Dataset(3);
        float[][][] runs =
        [
            .. new[] { 1, 4 }.Select(workers =>
            {
                using var loader = new BatchLoader(
                    dataset,
                    new MinimalistAugmentationOptions().CreatePipeline(Size),
                    PixelNormalizer.Clip,
                    new ListSampler(2, 0, 2, 2),
                    new() { BatchSize = 3, Workers = workers }
                );
                Assert.Equal(2, loader.BatchCount);
                var batches = Read(loader, 1);
                Assert.Equal([2, 0, 2, 2], batches.SelectMany(batch => batch.Indices));
                return batches.SelectMany(batch => batch.Pixels).Chunk(3 * Size * Size).ToArray();
            }),
        ];
        Assert.Equal(runs[0], runs[1]);
        Assert.NotEqual(runs[0][0], runs[0][2]);
        Assert.NotEqual(runs[0][0], runs[0][3]);
        Assert.NotEqual(runs[0][2], runs[0][3]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void SamplerThatLeavesTheDataSetIsNamed(int place)
    {
        ImageDataset dataset = _images.Dataset(3);
        using var loader = new BatchLoader(
            dataset,
            new MinimalistAugmentationOptions().CreatePipeline(Size),
            PixelNormalizer.Clip,
            new ListSampler(0, place)
        );
        LiftPlusException e = Assert.Throws<LiftPlusException>(() => Read(loader, 4));
        Assert.Contains($"ListSampler gives the index {place} in epoch 4", e.Message);
    }

    [Fact]
    public void FiveCropsGiveFiveViews()
    {
        using RgbImage image = TestImages.Image(30, 20);
        ImageDataset dataset = ImageDataset.FromImages([(image, 0), (image, 0), (image, 0)], ["a"]);
        using var loader = new BatchLoader(
            dataset,
            TransformPipeline.TestTimeEnsemble(Size, 2),
            PixelNormalizer.Clip,
            new SequentialSampler(),
            new() { BatchSize = 2, Workers = 2 }
        );
        var shapes = new List<long[]>();
        foreach (ImageBatch batch in loader.ReadEpoch(0, 0))
        {
            using (batch)
                shapes.Add(batch.Images.shape);
        }

        Assert.Equal(
            [
                [2, 5, 3, Size, Size],
                [1, 5, 3, Size, Size],
            ],
            shapes
        );
    }

    [Fact]
    public void DropLastLeavesAPartBatchOut()
    {
        using BatchLoader all = Loader(_images.Dataset(10), batch: 4),
            full = Loader(_images.Dataset(10), batch: 4, dropLast: true),
            none = Loader(_images.Dataset(3), batch: 4, dropLast: true);
        Assert.Equal((3, 2, 0), (all.BatchCount, full.BatchCount, none.BatchCount));
        Assert.Equal([4, 4, 2], Read(all, 0).Select(batch => batch.Indices.Length));
        Assert.Equal([4, 4], Read(full, 0).Select(batch => batch.Indices.Length));
        Assert.Empty(Read(none, 0));
    }

    [Fact]
    public void BatchesOutliveDisposeScopesAndTheLoader()
    {
        ImageDataset dataset = _images.Dataset(8);
        BatchLoader loader = Loader(dataset, batch: 8);
        ImageBatch kept;
        using (NewDisposeScope())
        {
            kept = Assert.Single(loader.ReadEpoch(0, 0));
        }

        loader.Dispose();
        Assert.False(kept.Images.IsInvalid);
        Assert.True(kept.Images.isfinite().all().item<bool>());
        kept.Dispose();
    }

    [Fact]
    public void MemoryOfADisposedBatchIsUsedAgain()
    {
        using BatchLoader loader = Loader(_images.Dataset(30), batch: 3, workers: 1);
        var places = new HashSet<nint>();
        foreach (ImageBatch batch in loader.ReadEpoch(0, 0).Concat(loader.ReadEpoch(1, 0)))
        {
            using (batch)
                places.Add(Address(batch.Images));
        }

        Assert.True(places.Count <= 3, $"{places.Count} buffers for 2 batches ahead and one in use");
    }

    [Fact]
    public void BatchesThatAreKeptHaveMemoryOfTheirOwn()
    {
        using BatchLoader loader = Loader(_images.Dataset(12), batch: 2);
        List<ImageBatch> kept = [.. loader.ReadEpoch(0, 0)];
        Assert.Equal(6, kept.Select(batch => Address(batch.Images)).Distinct().Count());
        kept.ForEach(batch => batch.Dispose());
        kept.ForEach(batch => batch.Dispose()); // twice must not hand the memory out twice
        List<ImageBatch> again = [.. loader.ReadEpoch(1, 0)];
        Assert.Equal(6, again.Select(batch => Address(batch.Images)).Distinct().Count());
        again.ForEach(batch => batch.Dispose());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void AnUnreadableImageEndsTheRunAndIsNamed(int workers)
    {
        ImageDataset dataset = _images.Dataset(20);
        File.WriteAllBytes(dataset[13].Name, File.ReadAllBytes(dataset[13].Name)[..200]);
        File.Delete(dataset[15].Name);
        using var loader = new BatchLoader(
            dataset,
            new MinimalistAugmentationOptions().CreatePipeline(Size),
            PixelNormalizer.Clip,
            new SequentialSampler(),
            new() { BatchSize = 5, Workers = workers }
        );
        int read = 0;
        ImageDecodeException failure = Assert.Throws<ImageDecodeException>(() =>
        {
            foreach (ImageBatch batch in loader.ReadEpoch(0, 0))
            {
                batch.Dispose();
                read++;
            }
        });
        Assert.Equal(2, read);
        Assert.Equal(dataset[13].Name, failure.Name);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void UnreadableImagesAreLeftOutAndListed_WhateverTheWorkers(int workers)
    {
        ImageDataset dataset = _images.Dataset(24);
        using BatchLoader sound = Loader(dataset, workers: 1, batch: 24);
        float[] expected = Read(sound, 0)[0].Pixels;
        int[] order = Read(sound, 0)[0].Indices;
        int[] broken = [order[1], order[6], order[7]]; // the second batch of two is lost whole, so that nothing of it comes
        foreach ((int index, string fault) in broken.Zip(["truncated", "empty", "missing"]))
            BrokenImages.Break(dataset[index].Name, fault);

        using var loader = new BatchLoader(
            dataset,
            new MinimalistAugmentationOptions().CreatePipeline(Size),
            PixelNormalizer.Clip,
            new ShuffleSampler(),
            new()
            {
                BatchSize = 2,
                Workers = workers,
                Seed = 11,
                Unreadable = UnreadablePolicy.Skip,
            }
        );
        List<(int[] Indices, long[] Labels, float[] Pixels)> batches = Read(loader, 0);

        Assert.Equal(11, batches.Count);
        Assert.Equal(order.Except(broken), batches.SelectMany(batch => batch.Indices));
        Assert.Equal(order.Except(broken).Select(i => (long)dataset[i].Label), batches.SelectMany(batch => batch.Labels));
        Assert.Equal(
            expected.Chunk(3 * Size * Size).Where((_, i) => !broken.Contains(order[i])).SelectMany(image => image),
            batches.SelectMany(batch => batch.Pixels)
        );
        Assert.Equal(broken.Order().Select(i => dataset[i].Name), loader.Skipped.Select(image => image.Name));
        Read(loader, 1);
        Assert.Equal(3, loader.Skipped.Length); // each is listed once
    }

    [Theory]
    [InlineData(UnreadablePolicy.Fail, "the file does not exist", 1)]
    [InlineData(UnreadablePolicy.Fail, "the file does not exist", 8)]
    [InlineData(UnreadablePolicy.Skip, "5 of 40 images could not be read, more than the 4 that may be left out", 1)]
    [InlineData(UnreadablePolicy.Skip, "5 of 40 images could not be read, more than the 4 that may be left out", 8)]
    public void AFolderThatVanishesEndsTheRun(UnreadablePolicy policy, string message, int workers)
    {
        ImageDataset dataset = _images.Dataset(40);
        using var loader = new BatchLoader(
            dataset,
            new MinimalistAugmentationOptions().CreatePipeline(Size),
            PixelNormalizer.Clip,
            new ShuffleSampler(),
            new()
            {
                BatchSize = 2,
                Workers = workers,
                Unreadable = policy,
            }
        );
        long tensors = LiveTensors.Count();
        int read = 0;
        LiftPlusException e = Assert.ThrowsAny<LiftPlusException>(() =>
        {
            foreach (ImageBatch batch in loader.ReadEpoch(0, 0))
            {
                batch.Dispose();
                if (++read == 2)
                    Directory.Delete(_images.Root, recursive: true);
            }
        });
        Directory.CreateDirectory(_images.Root);
        Assert.Contains(message, e.Message);
        Assert.InRange(read, 2, 9);
        loader.Dispose();
        LiveTensors.AssertBecome(tensors);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void EveryFaultIsNamed(string fault, string reason)
    {
        ImageDataset dataset = _images.Dataset(3);
        BrokenImages.Break(dataset[1].Name, fault);
        using BatchLoader loader = Loader(dataset);
        ImageDecodeException e = Assert.Throws<ImageDecodeException>(() => Read(loader, 0));
        Assert.Equal(dataset[1].Name, e.Name);
        Assert.Contains(reason, e.Message);
    }

    [Fact]
    public void ATransformThatThrowsIsNotSkipped()
    {
        using var loader = new BatchLoader(
            _images.Dataset(6),
            new TransformPipeline(Size, new Throwing()),
            PixelNormalizer.Clip,
            new SequentialSampler(),
            new()
            {
                BatchSize = 3,
                Workers = 2,
                Unreadable = UnreadablePolicy.Skip,
            }
        );
        Assert.Contains("InvalidOperationException: mine", Assert.Throws<LiftPlusException>(() => Read(loader, 0)).Message);
    }

    [Fact]
    public void AnImageThatFailsOnceIsTriedAgain()
    {
        ImageDataset dataset = _images.Dataset(10);
        var flaky = new FlakyDecoder(failures: 1);
        using var loader = new BatchLoader(
            dataset,
            new MinimalistAugmentationOptions().CreatePipeline(Size),
            PixelNormalizer.Clip,
            new ShuffleSampler(),
            new()
            {
                BatchSize = 5,
                Workers = 2,
                Seed = 11,
            },
            flaky
        );
        using BatchLoader steady = Loader(dataset, batch: 5);
        Assert.Equal(Read(steady, 0).SelectMany(batch => batch.Pixels), Read(loader, 0).SelectMany(batch => batch.Pixels));

        using var broken = new BatchLoader(
            dataset,
            new MinimalistAugmentationOptions().CreatePipeline(Size),
            PixelNormalizer.Clip,
            new ShuffleSampler(),
            new() { Workers = 2 },
            new FlakyDecoder(failures: 2)
        );
        Assert.Throws<ImageDecodeException>(() => Read(broken, 0));
    }

    [Fact]
    public void ATransformThatThrowsIsReportedWithItsImage()
    {
        ImageDataset dataset = _images.Dataset(6);
        using var loader = new BatchLoader(
            dataset,
            new TransformPipeline(Size, new Throwing()),
            PixelNormalizer.Clip,
            new SequentialSampler(),
            new() { BatchSize = 3, Workers = 2 }
        );
        LiftPlusException failure = Assert.Throws<LiftPlusException>(() => Read(loader, 0));
        Assert.Contains(dataset[0].Name, failure.Message);
        Assert.Contains("InvalidOperationException: mine", failure.Message);
    }

    [Fact]
    public void CancellingEndsTheEpochAndTheThreads()
    {
        using var source = new CancellationTokenSource();
        using BatchLoader loader = Loader(_images.Dataset(40), batch: 2, workers: 4);
        long tensors = LiveTensors.Count();
        int read = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (ImageBatch batch in loader.ReadEpoch(0, 0, cancellationToken: source.Token))
            {
                batch.Dispose();
                if (++read == 3)
                    source.Cancel();
            }
        });
        Assert.Equal(3, read);
        Assert.Throws<OperationCanceledException>(() => loader.ReadEpoch(0, 0, cancellationToken: source.Token).Count());
        Assert.Equal(20, Read(loader, 1).Count); // the loader itself goes on
        loader.Dispose();
        LiveTensors.AssertBecome(tensors);
    }

    [Fact]
    public async Task CancellingDoesNotWaitForAnImageThatHangs()
    {
        using var source = new CancellationTokenSource();
        using ManualResetEventSlim hangs = new(),
            release = new();
        using RgbImage image = TestImages.Image(20, 20);
        ImageDataset dataset = new(
            [
                new LabeledImage(
                    ImageSource.FromPixels(
                        () =>
                        {
                            hangs.Set();
                            release.Wait(TimeSpan.FromSeconds(60));
                            return image.Share();
                        },
                        "slow"
                    ),
                    0
                ),
            ],
            ["a"]
        );
        using BatchLoader loader = Loader(dataset, workers: 1);
        try
        {
            var reading = Task.Run(() => loader.ReadEpoch(0, 0, cancellationToken: source.Token).Count());
            Assert.True(hangs.Wait(TimeSpan.FromSeconds(30)));
            source.Cancel();
            await Assert.ThrowsAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(30)));
        }
        finally
        {
            release.Set();
        }

        Assert.Single(Read(loader, 0)); // the loader itself goes on
    }

    [Fact]
    public void PinnedMemoryNeedsAGpu()
    {
        Assert.SkipWhen(cuda.is_available(), "There is a CUDA device here.");
        using BatchLoader automatic = Loader(_images.Dataset(1));
        Assert.False(Assert.Single(automatic.ReadEpoch(0, 0)).Images.is_pinned());
        LiftPlusException failure = Assert.Throws<LiftPlusException>(() =>
            new BatchLoader(
                _images.Dataset(1),
                new MinimalistAugmentationOptions().CreatePipeline(Size),
                PixelNormalizer.Clip,
                new ShuffleSampler(),
                new() { PinnedMemory = true }
            )
        );
        Assert.Contains("no CUDA device", failure.Message);
    }

    [Fact]
    public void LeavingAnEpochEarlyAndDisposingTheLoaderEndTheThreads()
    {
        BatchLoader loader = Loader(_images.Dataset(40), batch: 2, workers: 4);
        foreach (ImageBatch batch in loader.ReadEpoch(0, 0))
        {
            batch.Dispose();
            break;
        }

        Assert.Equal(20, Read(loader, 0).Count);
        using IEnumerator<ImageBatch> open = loader.ReadEpoch(0, 0).GetEnumerator();
        Assert.True(open.MoveNext());
        open.Current.Dispose();
        loader.Dispose();
        Assert.Throws<ObjectDisposedException>(() =>
        {
            while (open.MoveNext())
                open.Current.Dispose();
        });
    }

    [Fact]
    public void OptionsOutOfRangeAreAllNamed()
    {
        string message = Assert.Throws<LiftPlusException>(() => Loader(_images.Dataset(1), batch: 0, workers: -1)).Message;
        Assert.Contains("BatchSize is 0", message);
        Assert.Contains("Workers is -1", message);
        message = Assert
            .Throws<LiftPlusException>(() => new BatchLoaderOptions { SkipLimit = double.NaN, Unreadable = (UnreadablePolicy)7 }.Validate())
            .Message;
        Assert.Contains("SkipLimit is NaN", message);
        Assert.Contains("Unreadable is 7", message);
    }

    [Fact]
    public void TheWaitIsMeasured()
    {
        using BatchLoader loader = Loader(_images.Dataset(20));
        Assert.Equal(TimeSpan.Zero, loader.WaitTime);
        Read(loader, 0);
        Assert.True(loader.WaitTime > TimeSpan.Zero);
    }

    [Fact]
    public void SteadyLoadingAllocatesLessThanAKilobyteAnImage()
    {
        const int count = 400;
        ImageDataset dataset = _images.Dataset(count, 120, 90);
        using BatchLoader loader = Loader(dataset, batch: 50, workers: 2);
        for (int epoch = 0; epoch < 2; epoch++)
            Run(epoch);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Run(2);
        long each = (GC.GetTotalAllocatedBytes(precise: true) - before) / count;
        Assert.True(each < 1024, $"{each} bytes an image");

        void Run(int epoch)
        {
            foreach (ImageBatch batch in loader.ReadEpoch(epoch, 0.5))
                batch.Dispose();
        }
    }

    private static BatchLoader Loader(ImageDataset dataset, int workers = 2, int batch = 7, bool dropLast = false, int seed = 11) =>
        new(
            dataset,
            new MinimalistAugmentationOptions().CreatePipeline(Size),
            PixelNormalizer.Clip,
            new ShuffleSampler(),
            new()
            {
                BatchSize = batch,
                Workers = workers,
                DropLast = dropLast,
                Seed = seed,
            }
        );

    private static List<(int[] Indices, long[] Labels, float[] Pixels)> Read(BatchLoader loader, int epoch, double progress = 0)
    {
        var batches = new List<(int[], long[], float[])>();
        foreach (ImageBatch batch in loader.ReadEpoch(epoch, progress))
        {
            using (batch)
                batches.Add(([.. batch.Indices], batch.Labels.data<long>().ToArray(), batch.Images.data<float>().ToArray()));
        }

        return batches;
    }

    private static unsafe nint Address(Tensor tensor)
    {
        fixed (byte* start = tensor.bytes)
            return (nint)start;
    }

    private sealed class ListSampler(params int[] places) : Sampler
    {
        public override int[] Order(ImageDataset dataset, int seed, int epoch) => places;

        public override int Count(ImageDataset dataset) => places.Length;
    }

    private sealed class FlakyDecoder(int failures) : IImageDecoder
    {
        private readonly Dictionary<string, int> _tries = [];

        public RgbImage Decode(ReadOnlySpan<byte> encoded, string name)
        {
            lock (_tries)
            {
                _tries[name] = _tries.GetValueOrDefault(name) + 1;
                if (_tries[name] <= failures)
                    throw new ImageDecodeException(name, "a moment's trouble.");
            }

            return new SkiaImageDecoder().Decode(encoded, name);
        }
    }

    private sealed class Throwing : ImageTransform
    {
        public override RgbImage Apply(RgbImage image, TransformContext context) => throw new InvalidOperationException("mine");
    }
}
