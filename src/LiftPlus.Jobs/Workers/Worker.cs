using LiftPlus.Parts;
using LiftPlus.Plans;

namespace LiftPlus.Workers;

/// <summary>Runs the shards of one worker.</summary>
internal sealed class Worker(
    string folder,
    JobPlan plan,
    IImageClassifier classifier,
    PredictionWorkerOptions options,
    WorkerPlace? place,
    IProgress<PredictionJobProgress>? progress
)
{
    private const int ReportEvery = 1000;
    private const string Leases = "leases";
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(5);

    private readonly JobParts _parts = new(folder, plan);
    private (int Shard, LiftPlusException Error)? _firstFailure;
    private int _done,
        _failed,
        _shards;
    private long _images,
        _errors;

    /// <summary>Does what is missing.</summary>
    public async Task<PredictionJobProgress> RunAsync(CancellationToken cancellationToken)
    {
        await Task.Yield(); // hashing a model takes a while
        CheckModel();
        _parts.CreateFolder();
        if (place is null)
            await RunLeasesAsync(cancellationToken).ConfigureAwait(false);
        else
            await RunOwnAsync(place, cancellationToken).ConfigureAwait(false);
        if (_firstFailure is (int shard, LiftPlusException first))
            throw new LiftPlusException(
                $"{_failed} of {_shards} shards could not be read; all others are complete. Shard {shard}: {first.Message}",
                first
            );
        return Now();
    }

    private async Task RunOwnAsync(WorkerPlace mine, CancellationToken cancellationToken)
    {
        int[] shards = [.. Enumerable.Range(0, plan.Shards.Length).Where(shard => shard % mine.Count == mine.Index)];
        _shards = shards.Length;
        foreach (int shard in shards)
        {
            if (_parts.IsComplete(shard, cancellationToken))
                Finish();
            else
                await RunShardAsync(shard, cancellationToken).ConfigureAwait(false);
        }
    }

    // Every worker goes round the missing shards, each from a different place, until all are complete.
    private async Task RunLeasesAsync(CancellationToken cancellationToken)
    {
        string leases = Path.Combine(folder, Leases);
        JobFolder.Create(leases);
        _shards = plan.Shards.Length;
        var watch = new LeaseWatch(options.LeaseTime, options.Clock);
        int start = Environment.ProcessId % _shards;
        Queue<int> missing = new(Enumerable.Range(0, _shards).Select(i => (start + i) % _shards));
        for (int passedOver = 0; missing.TryDequeue(out int shard); )
        {
            if (await TryShardAsync(shard, Path.Combine(leases, $"{JobParts.NameOf(shard)}.lease"), watch, cancellationToken))
            {
                passedOver = 0;
                continue;
            }

            missing.Enqueue(shard);
            if (++passedOver < missing.Count)
                continue;
            passedOver = 0;
            TimeSpan wait = options.LeaseTime / 8;
            await Task.Delay(wait < s_longestWait ? wait : s_longestWait, options.Clock, cancellationToken).ConfigureAwait(false);
        }
    }

    // False if another worker has the shard.
    private async Task<bool> TryShardAsync(int shard, string path, LeaseWatch watch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        watch.Look(path);
        await using Lease? lease = Lease.TryTake(path, options.LeaseTime, options.Clock);
        if (lease is null)
            return false;
        watch.Forget(path);
        if (_parts.IsComplete(shard, cancellationToken))
            Finish();
        else
            await RunShardAsync(shard, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task RunShardAsync(int shard, CancellationToken cancellationToken)
    {
        IReadOnlyList<ImageSource> images;
        try
        {
            images = ShardImages.Read(folder, plan, plan.Shards[shard]);
        }
        catch (LiftPlusException e)
        {
            _failed++;
            _firstFailure ??= (shard, e);
            return;
        }

        await _parts.WriteAsync(shard, classifier, images, Count, cancellationToken).ConfigureAwait(false);
        Finish();
    }

    private void Count(bool isError)
    {
        _errors += isError ? 1 : 0;
        if (++_images % ReportEvery == 0)
            progress?.Report(Now());
    }

    private void Finish()
    {
        _done++;
        progress?.Report(Now());
    }

    private PredictionJobProgress Now() => new(_done, _shards, _images, _errors);

    private void CheckModel()
    {
        if (plan.Model is string model && ModelHash.Of(model) is string found && found != plan.ModelSha256)
            throw new LiftPlusException(
                $"The model '{model}' has the SHA-256 {found}, and had {plan.ModelSha256} when the job was planned. Its parts would not "
                    + "fit together. Restore the model, or plan a new job."
            );
    }
}
