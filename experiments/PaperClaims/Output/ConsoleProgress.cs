using LiftPlus.Samples;
using System.Globalization;
using Spectre.Console;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>One bar for all runs, by the images they pass, and a line for every run that has ended.</summary>
/// <param name="bar">The bar.</param>
internal sealed class ConsoleProgress(ProgressItem bar) : IRunProgress
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, double> _running = [];
    private double _images,
        _done;
    private int _runs,
        _ended;

    public void Begin(IReadOnlyCollection<PlannedRun> pending) => (_runs, _images) = (pending.Count, pending.Sum(run => run.Cost));

    public void Advanced(PlannedRun run, double part)
    {
        lock (_gate)
        {
            _running[run.Key] = part * run.Cost;
            Show();
        }
    }

    public void Succeeded(PlannedRun run, RunResult result) =>
        End(
            run,
            string.Create(
                CultureInfo.InvariantCulture,
                $"overall {result.Plain.Metrics.Overall:F1}, few {result.Plain.Metrics.Few:F1} ({result.Seconds:F0} s)"
            )
        );

    public void Failed(PlannedRun run, string message) => End(run, $"failed: {message.ReplaceLineEndings("\n").Split('\n')[0]}");

    private void End(PlannedRun run, string outcome)
    {
        lock (_gate)
        {
            _running.Remove(run.Key);
            _done += run.Cost;
            _ended++;
            AnsiConsole.WriteLine($"{run.World}, seed {run.Seed}, {run.Name}: {outcome}");
            Show();
        }
    }

    private void Show() => bar.Report(_done + _running.Values.Sum(), _images, $"{_ended} of {_runs} runs");
}
