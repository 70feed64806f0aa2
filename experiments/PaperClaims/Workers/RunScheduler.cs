namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Specifies how many runs are concurrent, and how long they may take.</summary>
internal sealed record SchedulerOptions
{
    /// <summary>Gets the number of concurrent runs.</summary>
    public required int Workers { get; init; }

    /// <summary>Gets the time limit. A run only starts if it should finish in time, and is aborted if it does not.</summary>
    public required TimeSpan Budget { get; init; }

    /// <summary>Gets the tables whose runs are executed; empty for all.</summary>
    public IReadOnlyCollection<string> Tables { get; init; } = [];
}

/// <summary>Executes the missing runs of a plan in order, on several workers. A failed run is recorded, and the others continue.</summary>
internal sealed class RunScheduler(
    SchedulerOptions options,
    RunPlan plan,
    ResultStore store,
    Func<IRunWorker> startWorker,
    IRunProgress progress,
    TimeProvider time
)
{
    private readonly Lock _gate = new();
    private readonly RunEstimates _estimates = new(plan, store);
    private readonly LinkedList<PlannedRun> _pending = new(plan.RunsOf(options.Tables).Where(run => store.Read(run) is null));
    private readonly long _start = time.GetTimestamp();

    private TimeSpan Left => options.Budget - time.GetElapsedTime(_start);

    /// <summary>Executes runs until all are done or the budget is used up.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the results of finished runs are kept.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_pending.Count == 0 || options.Budget <= TimeSpan.Zero)
            return;
        using var end = new CancellationTokenSource(options.Budget, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        progress.Begin(_pending);
        await Task.WhenAll(Enumerable.Range(0, options.Workers).Select(_ => Task.Run(() => WorkAsync(stop.Token), CancellationToken.None)));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task WorkAsync(CancellationToken stop)
    {
        IRunWorker? worker = null;
        try
        {
            while (!stop.IsCancellationRequested && Next() is PlannedRun run)
            {
                worker ??= startWorker();
                if (!await ExecuteAsync(worker, run, stop))
                {
                    worker.Dispose();
                    worker = null;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The budget is used up or the user stopped: the current run is lost.
        }
        finally
        {
            worker?.Dispose();
        }
    }

    /// <summary>Executes a run and returns whether the worker is still usable.</summary>
    private async Task<bool> ExecuteAsync(IRunWorker worker, PlannedRun run, CancellationToken stop)
    {
        try
        {
            RunResult result = await worker.ExecuteAsync(run, new PartOf(run, progress), stop);
            store.Write(result);
            lock (_gate)
                _estimates.Add(run, result.Seconds);
            progress.Succeeded(run, result);
            return true;
        }
        catch (RunFailedException e)
        {
            store.WriteFailure(run, e.Message);
            progress.Failed(run, e.Message);
            return !e.WorkerDied;
        }
    }

    // Takes the first run that should finish in time.
    private PlannedRun? Next()
    {
        lock (_gate)
        {
            for (LinkedListNode<PlannedRun>? node = _pending.First; node is not null; node = node.Next)
            {
                if (_estimates.Of(node.Value) > Left.TotalSeconds)
                    continue;
                _pending.Remove(node);
                return node.Value;
            }

            return null;
        }
    }

    private sealed class PartOf(PlannedRun run, IRunProgress progress) : IProgress<double>
    {
        public void Report(double value) => progress.Advanced(run, value);
    }
}
