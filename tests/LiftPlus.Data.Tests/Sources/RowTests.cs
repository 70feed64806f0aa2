using LiftPlus.TestSupport;
using TorchSharp;

namespace LiftPlus.Data.Tests;

public sealed class RowTests : IDisposable
{
    private readonly TestImages _images = new();

    public void Dispose() => _images.Dispose();

    [Fact]
    public void RowsOfAnyKind_GiveTheNumbersOfTheirFiles()
    {
        ImageDataset files = _images.Dataset(12);
        Row[] rows = [.. files.Select(image => new Row(image.Name, files.ClassNames[image.Label]))];
        string[] classNames = [.. files.ClassNames];
        ImageDataset[] datasets =
        [
            ImageDataset.From(rows, row => row.Label, row => row.Path, classNames),
            ImageDataset.From(rows, row => row.Label, row => File.ReadAllBytes(row.Path), classNames),
            ImageDataset.From(rows, row => row.Label, (row, _) => Task.FromResult<Stream>(File.OpenRead(row.Path)), null, classNames),
            ImageDataset.FromBytes(rows.Select(row => (new ReadOnlyMemory<byte>(File.ReadAllBytes(row.Path)), row.Label)), classNames),
        ];
        float[][] expected = Read(files);
        Assert.All(datasets, dataset =>
        {
            Assert.Equal(files.Classes.Counts, dataset.Classes.Counts);
            Assert.Equal(expected, Read(dataset));
        });
        Assert.Equal("row 3", datasets[2][3].Name);
    }

    [Fact]
    public void LabelsAreClassesInOrdinalOrder_OrMatchGivenNames()
    {
        (string, string)[] rows = [("1.png", "lynx"), ("2.png", "caracal"), ("3.png", "lynx"), ("4.png", "snow leopard")];
        ImageDataset own = ImageDataset.From(rows, row => row.Item2, row => row.Item1);
        Assert.Equal(["caracal", "lynx", "snow leopard"], own.ClassNames);
        Assert.Equal([1, 0, 1, 2], own.Select(image => image.Label));
        ImageDataset given = ImageDataset.From(rows, row => row.Item2, row => row.Item1, ["snow_leopard", "lynx", "okapi", "caracal"]);
        Assert.Equal([1, 3, 1, 0], given.Select(image => image.Label));
        string message = Assert
            .Throws<LiftPlusException>(() =>
                ImageDataset.From([.. rows, ("5.png", " "), ("6.png", "yak")], row => row.Item2, row => row.Item1, own.ClassNames)
            )
            .Message;
        Assert.Contains("2 bad rows", message);
        Assert.Contains("row 4: the label of '5.png' is blank", message);
        Assert.Contains("row 5: 'yak' is not among the 3 classes (caracal, lynx, snow leopard)", message);
        Assert.Contains(
            "no image",
            Assert.Throws<LiftPlusException>(() => ImageDataset.From(rows[..0], row => row.Item2, row => row.Item1)).Message
        );
        Assert.Contains(
            "row 0: the function that returns its image returned null",
            Assert.Throws<LiftPlusException>(() => ImageDataset.From(rows, row => row.Item2, _ => (ImageSource)null!)).Message
        );
    }

    [Fact]
    public void SlowImages_AreOpenedSeveralAtATime_ButNotMoreThan16()
    {
        byte[] png = File.ReadAllBytes(_images.Dataset(1)[0].Name);
        using var gate = new SemaphoreSlim(0);
        int open = 0,
            most = 0;
        async Task<Stream> Open(int row, CancellationToken stop)
        {
            int now = Interlocked.Increment(ref open);
            lock (gate)
                most = Math.Max(most, now);
            if (now >= 16)
                gate.Release(1000); // the sixteenth lets all go on: fewer at a time would wait for ever
            await gate.WaitAsync(stop);
            Interlocked.Decrement(ref open);
            return new MemoryStream(png);
        }

        ImageDataset dataset = ImageDataset.From(Enumerable.Range(0, 64), _ => "cat", Open);
        Assert.Equal(64, Read(dataset).Length);
        Assert.Equal(16, most);
    }

    [Fact]
    public void AnImageThatFailsToOpen_IsTriedTwice_AndNamed()
    {
        byte[] png = File.ReadAllBytes(_images.Dataset(1)[0].Name);
        int[] tries = new int[3];
        Task<Stream> Open(int row, CancellationToken stop) =>
            Interlocked.Increment(ref tries[row]) == 1 || row == 2
                ? throw new TimeoutException("the server does not answer")
                : Task.FromResult<Stream>(new MemoryStream(png));
        Assert.Equal(2, Read(ImageDataset.From([0, 1], _ => "cat", Open, row => $"blob/{row}")).Length);
        Assert.Equal([2, 2, 0], tries);
        var exception = Assert.Throws<ImageDecodeException>(() => Read(ImageDataset.From([1, 2], _ => "cat", Open, row => $"blob/{row}")));
        Assert.Contains("blob/2", exception.Message);
        Assert.Contains("TimeoutException: the server does not answer", exception.Message);
        Assert.Equal(2, tries[2]);
        Task<Stream> Nothing(int row, CancellationToken stop) => Task.FromResult<Stream>(null!);
        Assert.Contains(
            "returned null",
            Assert.Throws<ImageDecodeException>(() => Read(ImageDataset.From([0], _ => "cat", Nothing))).Message
        );
    }

    [Fact]
    public void StoppingAnEpoch_CancelsWhatIsBeingOpened()
    {
        using var opened = new CountdownEvent(16);
        using var cancelled = new CountdownEvent(16);
        async Task<Stream> Open(int row, CancellationToken stop)
        {
            opened.Signal();
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                cancelled.Signal();
            }

            return Stream.Null;
        }

        ImageDataset dataset = ImageDataset.From(Enumerable.Range(0, 16), _ => "cat", Open);
        using BatchLoader loader = Loader(dataset);
        using var cancellation = new CancellationTokenSource();
        var reading = Task.Run(() => loader.ReadEpoch(0, 0, 0, cancellation.Token).Count());
        opened.Wait();
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => reading.GetAwaiter().GetResult());
        cancelled.Wait();
    }

    private static float[][] Read(ImageDataset dataset)
    {
        using BatchLoader loader = Loader(dataset);
        List<float[]> images = [];
        foreach (ImageBatch batch in loader.ReadEpoch(0, 0))
        {
            using (batch)
            {
                float[] values = batch.Images.data<float>().ToArray();
                images.AddRange(values.Chunk(values.Length / batch.Indices.Count));
            }
        }

        return [.. images];
    }

    private static BatchLoader Loader(ImageDataset dataset) =>
        new(
            dataset,
            new TransformPipeline(16, new Resize(16), new CenterCrop(16)),
            new PixelNormalizer([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]),
            new SequentialSampler(),
            new BatchLoaderOptions { BatchSize = 8, PrefetchBatches = 4 }
        );

    private sealed record Row(string Path, string Label);
}
