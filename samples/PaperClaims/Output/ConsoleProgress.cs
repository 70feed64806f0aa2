using System.Globalization;
using Spectre.Console;

namespace LiftPlus.Samples.PaperClaims;

/// <summary>A bar with rate and time left, and a line for every run; where the output is a file, the lines alone.</summary>
internal sealed class ConsoleProgress(ProgressTask? bar, TimeProvider time) : IRunProgress
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, double> _running = [];
    private long _start;
    private int _runs, _before, _done;

    public void Begin(int runs, int done, TimeSpan remaining)
    {
        lock (_gate)
        {
            (_runs, _before, _done, _start) = (runs, done, done, time.GetTimestamp());
            if (bar is not null)
                bar.MaxValue = runs;
            Show(remaining);
        }
    }

    public void Advanced(PlannedRun run, double part)
    {
        lock (_gate)
        {
            _running[run.Key] = part;
            if (bar is not null)
                bar.Value = _done + _running.Values.Sum();
        }
    }

    public void Succeeded(PlannedRun run, RunResult result, TimeSpan remaining) =>
        End(run, remaining, string.Create(CultureInfo.InvariantCulture, $"overall {result.Plain.Metrics.Overall:F1}, few {result.Plain.Metrics.Few:F1} ({result.Seconds:F0} s)"));

    public void Failed(PlannedRun run, string message, TimeSpan remaining) => End(run, remaining, $"failed: {message}");

    private void End(PlannedRun run, TimeSpan remaining, string outcome)
    {
        lock (_gate)
        {
            _running.Remove(run.Key);
            _done++;
            AnsiConsole.WriteLine($"[{_done}/{_runs}] {run.World}, seed {run.Seed}, {run.Name}: {outcome}{(bar is null ? $"; {Rate(remaining)}" : "")}");
            Show(remaining);
        }
    }

    private void Show(TimeSpan remaining)
    {
        if (bar is null)
            return;
        bar.Value = _done + _running.Values.Sum();
        bar.Description = $"{_done}/{_runs} runs, {Rate(remaining)}";
    }

    private string Rate(TimeSpan remaining)
    {
        double minutes = time.GetElapsedTime(_start).TotalMinutes;
        string rate = _done > _before ? string.Create(CultureInfo.InvariantCulture, $"{(_done - _before) / minutes:F1} runs/min, ") : "";
        return rate + (remaining.TotalMinutes < 1 ? "less than a minute left" : string.Create(CultureInfo.InvariantCulture, $"{remaining.TotalMinutes:F0} min left"));
    }
}
