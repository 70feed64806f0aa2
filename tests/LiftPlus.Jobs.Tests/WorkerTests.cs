using System.Diagnostics;
using LiftPlus.TestSupport;
using LiftPlus.Workers;

namespace LiftPlus.Jobs.Tests;

/// <summary>Holds how several workers share a job.</summary>
public sealed class WorkerTests : IDisposable
{
    private readonly JobWorld _world = new();

    [Fact]
    public async Task WorkersByNumber_TakeEveryShardOnce()
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(70));
        byte[][] expected = await _world.ExpectedAsync(job);
        using var classifier = new HashClassifier();
        int[] shards = new int[3];
        for (int i = 0; i < 3; i++)
            shards[i] = (await job.RunAsync(classifier, new PredictionWorkerOptions { Index = i, Count = 3 })).Shards;
        Assert.Equal([3, 2, 2], shards);
        JobWorld.AssertComplete(expected, job);
    }

    [Fact]
    public async Task TwoWorkersOnTheSameShards_WriteTheSameBytes()
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(60));
        byte[][] expected = await _world.ExpectedAsync(job);
        using Barrier both = new(2); // both are inside a shard at the same time
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(RunAsync)));
        JobWorld.AssertComplete(expected, job);

        async Task RunAsync()
        {
            using var classifier = new HashClassifier();
            bool met = false;
            classifier.BeforeBatch = () =>
            {
                if (!met)
                    both.SignalAndWait();
                met = true;
            };
            await job.RunAsync(classifier, JobWorld.Alone);
        }
    }

    [Fact]
    public async Task WorkersWithLeases_ClassifyEveryImageOnce()
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(100));
        byte[][] expected = await _world.ExpectedAsync(job);
        PredictionJobProgress[] done = await Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        using var classifier = new HashClassifier(pause: 1);
                        return await job.RunAsync(classifier);
                    })
                )
        );
        Assert.Equal(100, done.Sum(worker => worker.Images));
        Assert.All(done, worker => Assert.Equal((10, 10), (worker.ShardsDone, worker.Shards)));
        JobWorld.AssertComplete(expected, job);
    }

    [Fact]
    public async Task ALostLease_IsTakenByAnother_AndBothWriteTheSameBytes()
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(10));
        byte[][] expected = await _world.ExpectedAsync(job);
        using ManualResetEventSlim inside = new(),
            goOn = new();
        using HashClassifier first = new(),
            second = new();
        first.BeforeBatch = () =>
        {
            inside.Set();
            goOn.Wait();
        };
        Task<PredictionJobProgress> slow = Task.Run(() =>
            job.RunAsync(first, new PredictionWorkerOptions { LeaseTime = TimeSpan.FromHours(1) })
        );
        inside.Wait(); // its next beat is in 15 minutes: for the other one, it is dead
        PredictionJobProgress done = await job.RunAsync(second, new PredictionWorkerOptions { LeaseTime = TimeSpan.FromSeconds(0.2) });
        Assert.Equal(10, done.Images);
        goOn.Set();
        Assert.Equal(10, (await slow).Images);
        JobWorld.AssertComplete(expected, job);
    }

    [Fact]
    public async Task AClockThatJumps_ChangesNoByte()
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(100));
        byte[][] expected = await _world.ExpectedAsync(job);
        PredictionWorkerOptions worker = new() { Clock = new JumpingClock() };
        await Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        using var classifier = new HashClassifier(pause: 1);
                        await job.RunAsync(classifier, worker);
                    })
                )
        );
        JobWorld.AssertComplete(expected, job);
    }

    /// <summary>LIFTPLUS_ROUNDS=200 kills 200 workers.</summary>
    [Fact]
    public async Task WorkersThatAreKilled_LeaveTheBytesOfAnUndisturbedRun()
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(Rounds.Count(4) * 40));
        byte[][] expected = await _world.ExpectedAsync(job);
        Random random = new(7);
        Process[] workers = [.. Enumerable.Range(0, 3).Select(_ => Start(job))];
        try
        {
            for (int kill = 0; kill < Rounds.Count(4); kill++)
            {
                await Task.Delay(random.Next(600));
                int victim = random.Next(workers.Length);
                workers[victim].Kill();
                await workers[victim].WaitForExitAsync();
                workers[victim].Dispose();
                workers[victim] = Start(job);
            }

            foreach (Process worker in workers)
            {
                string errors = await worker.StandardError.ReadToEndAsync();
                await worker.WaitForExitAsync();
                Assert.Equal((0, ""), (worker.ExitCode, errors));
            }
        }
        finally
        {
            foreach (Process worker in workers)
            {
                worker.Kill();
                worker.Dispose();
            }
        }

        Assert.Equal(expected, JobWorld.Parts(job));
        Assert.Empty(job.FindMissing());
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("JOB_COMPLETION_INDEX=2 JOB_COMPLETIONS=5", 2, 5)]
    [InlineData(
        "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=9 SLURM_ARRAY_TASK_STEP=2 SLURM_ARRAY_TASK_COUNT=4",
        2,
        4
    )]
    [InlineData("SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=2 SLURM_ARRAY_TASK_COUNT=3", 1, 3)]
    [InlineData("OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2", 1, 2)]
    public void TheEnvironment_NumbersTheWorker(string variables, int? index, int? count)
    {
        WorkerPlace? place = Find(variables);
        Assert.Equal((index, count), (place?.Index, place?.Count));
    }

    [Theory]
    [InlineData("JOB_COMPLETION_INDEX=2", "JOB_COMPLETIONS is ''")]
    [InlineData("JOB_COMPLETION_INDEX=x JOB_COMPLETIONS=5", "JOB_COMPLETION_INDEX is 'x'")]
    [InlineData("JOB_COMPLETION_INDEX=5 JOB_COMPLETIONS=5", "worker 5 of 5")]
    [InlineData("SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=2", "gaps")]
    [InlineData("OMPI_COMM_WORLD_RANK=-1 OMPI_COMM_WORLD_SIZE=2", "worker -1 of 2")]
    public void AnEnvironmentThatDoesNotFit_IsNamed(string variables, string message) =>
        Assert.Contains(message, Assert.Throws<LiftPlusException>(() => Find(variables)).Message);

    [Theory]
    [InlineData(3, 3)]
    [InlineData(0, null)]
    [InlineData(null, 2)]
    [InlineData(-1, 2)]
    public async Task AWrongNumber_IsRefused(int? index, int? count)
    {
        PredictionJob job = _world.Plan("job", _world.WriteImages(1));
        using var classifier = new HashClassifier();
        LiftPlusException error = await Assert.ThrowsAsync<LiftPlusException>(() =>
            job.RunAsync(classifier, new PredictionWorkerOptions { Index = index, Count = count })
        );
        Assert.Contains("PredictionWorkerOptions.Index", error.Message);
    }

    private static WorkerPlace? Find(string variables)
    {
        Dictionary<string, string> pairs = variables
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return WorkerPlace.Find(new PredictionWorkerOptions(), name => pairs.GetValueOrDefault(name));
    }

    private static Process Start(PredictionJob job)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return Process.Start(
            new ProcessStartInfo(dotnet, [Path.Combine(AppContext.BaseDirectory, "LiftPlus.JobProcess.dll"), job.Folder])
            {
                RedirectStandardError = true,
            }
        )!;
    }

    public void Dispose() => _world.Dispose();

    /// <summary>Every look at it is an hour after the one before, and its days come in no order. Timers are those of the machine.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long _looks;

        public override long GetTimestamp() => Interlocked.Increment(ref _looks) * TimestampFrequency * 3600;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddDays(Interlocked.Increment(ref _looks) * 7919 % 20_000);
    }
}
