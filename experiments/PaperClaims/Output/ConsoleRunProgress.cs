using System.Globalization;
using Spectre.Console;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Shows one progress bar for all runs, in images, and a line for every finished run.</summary>
/// <param name="console">The progress on the console.</param>
internal sealed class ConsoleRunProgress(ConsoleProgress console) : IRunProgress
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, double> _running = [];
    private double _images;
    private double _done;
    private int _runs;
    private int _ended;

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

    private void Show() => console.Report("Runs", _done + _running.Values.Sum(), _images, "images", $"{_ended} of {_runs} runs");
}
