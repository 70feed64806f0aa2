using LiftPlus.TestSupport;

namespace LiftPlus.Jobs.Tests;

/// <summary>Holds that a job comes to the same bytes after faults, cancellation and damage.</summary>
public sealed class RerunTests : IDisposable
{
    private readonly JobWorld _world = new();
    private readonly HashClassifier _classifier = new();

    [Theory]
    [InlineData("nothing", 0)]
    [InlineData("part is missing", 10)]
    [InlineData("part is changed", 10)]
    [InlineData("part is shorter", 10)]
    [InlineData("record is missing", 10)]
    [InlineData("record is damaged", 10)]
    [InlineData("record is of another shard", 10)]
    [InlineData("record has an unknown value", 10)]
    public async Task ARerun_DoesWhatIsMissingOrDamaged(string damage, int images)
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(30));
        await job.RunAsync(_classifier, JobWorld.Alone);
        byte[][] expected = JobWorld.Parts(job);
        string part = Path.Combine(job.Folder, "parts", "part-00001.parquet"),
            record = Path.ChangeExtension(part, ".json");
        switch (damage)
        {
            case "part is missing":
                File.Delete(part);
                break;
            case "part is changed":
                byte[] changed = [.. expected[1]];
                changed[changed.Length / 2] ^= 1;
                File.WriteAllBytes(part, changed);
                break;
            case "part is shorter":
                File.WriteAllBytes(part, expected[1][..^1]);
                break;
            case "record is missing":
                File.Delete(record);
                break;
            case "record is damaged":
                File.WriteAllText(record, "{");
                break;
            case "record is of another shard":
                File.Copy(Path.Combine(job.Folder, "parts", "part-00002.json"), record, overwrite: true);
                break;
            case "record has an unknown value":
                File.WriteAllText(record, File.ReadAllText(record).Replace("\"images\"", "\"pictures\""));
                break;
        }

        Assert.Equal(images == 0 ? [] : [1], job.FindMissing());
        PredictionJobProgress done = await job.RunAsync(_classifier, JobWorld.Alone);
        Assert.Equal(new PredictionJobProgress(3, 3, images, 0), done);
        JobWorld.AssertComplete(expected, job);
    }

    [Fact]
    public async Task ACancelledRun_LeavesNoPartialPart_AndTheNextOneGoesOn()
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(30));
        byte[][] expected = await _world.ExpectedAsync(job);
        using CancellationTokenSource stop = new();
        int batches = 0;
        _classifier.BeforeBatch = () =>
        {
            if (++batches == 5)
                stop.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            job.RunAsync(_classifier, JobWorld.Alone, cancellationToken: stop.Token)
        );
        Assert.Equal(expected[..1], JobWorld.Parts(job));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(job.Folder, "parts")).Length);
        await job.RunAsync(_classifier, JobWorld.Alone);
        JobWorld.AssertComplete(expected, job);
    }

    [Fact]
    public async Task AFault_LeavesOnlyWholeParts()
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(12));
        byte[][] expected = await _world.ExpectedAsync(job);
        FaultInjection.Run(
            () => RemoveParts(job),
            () => job.RunAsync(_classifier, JobWorld.Alone).GetAwaiter().GetResult(),
            thrown =>
            {
                if (thrown is LiftPlusException)
                    Assert.Matches("cannot be (written|created)", thrown.Message);
                Assert.All(JobWorld.Parts(job), part => Assert.Contains(part, expected));
            },
            () => JobWorld.AssertComplete(expected, job)
        );
    }

    [Fact]
    public async Task AFullDisk_IsNamed_AndLeavesNeitherPartNorLease()
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(12));
        byte[][] expected = await _world.ExpectedAsync(job);
        PredictionWorkerOptions worker = new() { LeaseTime = TimeSpan.FromSeconds(0.2) };
        FaultInjection.Run(
            () => RemoveParts(job),
            () => job.RunAsync(_classifier, worker).GetAwaiter().GetResult(),
            thrown =>
            {
                Assert.Contains("No space left on device", Assert.IsType<LiftPlusException>(thrown).Message);
                Assert.All(JobWorld.Parts(job), part => Assert.Contains(part, expected));
                if (Directory.Exists(Path.Combine(job.Folder, "leases")))
                    Assert.Empty(Directory.GetFiles(Path.Combine(job.Folder, "leases")));
                if (Directory.Exists(Path.Combine(job.Folder, "parts")))
                    Assert.Empty(Directory.GetFiles(Path.Combine(job.Folder, "parts"), "*.tmp"));
            },
            () => JobWorld.AssertComplete(expected, job),
            [Fault.FullDisk]
        );
    }

    [Fact]
    public async Task AShardThatCannotBeRead_IsNamedAfterAllOthersAreDone()
    {
        IReadOnlyList<string> images = _world.WriteImages(20);
        File.WriteAllBytes(_world["damaged.tar"], [.. Enumerable.Repeat((byte)'x', 2048)]);
        PredictionJob job = _world.Plan("job", [_world["damaged.tar"], .. images]);
        LiftPlusException error = await Assert.ThrowsAsync<LiftPlusException>(() => job.RunAsync(_classifier, JobWorld.Alone));
        Assert.Contains("1 of 3 shards", error.Message);
        Assert.Contains("damaged.tar", error.Message);
        Assert.Equal([0], job.FindMissing());
    }

    [Fact]
    public async Task AClassifierWithTooFewPredictions_IsAnError()
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(3));
        LiftPlusException error = await Assert.ThrowsAsync<LiftPlusException>(() =>
            job.RunAsync(new LeavesOutClassifier(), JobWorld.Alone)
        );
        Assert.Contains("2 predictions or more for the 3 images of shard 0", error.Message);
        Assert.Empty(JobWorld.Parts(job));
    }

    private static void RemoveParts(PredictionJob job)
    {
        foreach (string folder in Directory.GetDirectories(job.Folder))
            Directory.Delete(folder, recursive: true);
    }

    public void Dispose()
    {
        _classifier.Dispose();
        _world.Dispose();
    }

    private sealed class LeavesOutClassifier : IImageClassifier
    {
        public IReadOnlyList<string> ClassNames => ["cat"];

        public IAsyncEnumerable<Prediction> PredictEachAsync(
            IAsyncEnumerable<ImageSource> images,
            PredictionOptions? options = null,
            CancellationToken cancellationToken = default
        ) => images.Skip(1).Select(image => new Prediction(image.Name, [new ClassScore(0, "cat", 1)]));
    }
}
