using LiftPlus.Experiments.PaperClaims;
using LiftPlus.Metrics;

namespace LiftPlus.Experiments.Tests.PaperClaims;

/// <summary>Represents a worker that returns a result at once, after an optional action.</summary>
internal sealed class FakeWorker(Action<PlannedRun>? act = null) : IRunWorker
{
    public List<PlannedRun> Runs { get; } = [];

    public bool IsDisposed { get; private set; }

    public Task<RunResult> ExecuteAsync(PlannedRun run, IProgress<double> progress, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        lock (Runs)
            Runs.Add(run);
        act?.Invoke(run);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Result(run, right: 3));
    }

    public void Dispose() => IsDisposed = true;

    /// <summary>Creates a result on four images, the first two of a many-shot class and the others of a few-shot class.</summary>
    public static RunResult Result(PlannedRun run, int right, double seconds = 1)
    {
        EvaluationReport report = Report(right);
        return new RunResult
        {
            Key = run.Key,
            RecipeKey = run.RecipeKey,
            Name = run.Name,
            World = run.World,
            Seed = run.Seed,
            Plain = report,
            Ensemble = run.Ensemble ? report : null,
            Seconds = seconds,
        };
    }

    /// <summary>Creates a report on the four images, of which the first ones are right.</summary>
    public static EvaluationReport Report(int right)
    {
        var classes = new ClassDistribution(["a", "b"], [200, 5]);
        ImageOutcome[] outcomes = [.. Enumerable.Range(0, 4).Select(i => new ImageOutcome(i, i / 2, i < right ? i / 2 : 1 - i / 2))];
        return new EvaluationReport
        {
            Metrics = ClassificationMetrics.Compute(outcomes, classes),
            Classes = classes,
            Seconds = 1,
            Outcomes = [.. outcomes],
            ImageNames = ["0", "1", "2", "3"],
        };
    }
}
