using Spectre.Console;

namespace LiftPlus.Display;

/// <summary>
/// Shows one bar for each phase at work, below the lines that stay. It draws only when something is reported, at most ten times a second,
/// so that no thread works beside the training, and leaves the terminal alone while no phase is at work. While the terminal shows the bars
/// of another run, only the lines are written.
/// </summary>
internal sealed class BarDisplay(IAnsiConsole console, TimeProvider time) : IDisplay
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(0.1);

    private readonly Unfinished _unfinished = new();
    private LiveBars? _bars;
    private long _drawn;

    /// <inheritdoc/>
    public void Show(Step step)
    {
        if (_unfinished.Take(step) is string left)
            Close(left);
        if (step.IsEnd)
        {
            End(step);
            return;
        }

        _bars ??= LiveBars.TryOpen(console);
        if (_bars is not null && (_bars.Set(step) || time.GetElapsedTime(_drawn) >= s_every))
        {
            _bars.Draw();
            _drawn = time.GetTimestamp();
        }
    }

    /// <inheritdoc/>
    public void Write(string line) => console.WriteLine(line);

    /// <inheritdoc/>
    public void Dispose() => Close(_unfinished.Leave());

    private void End(Step step)
    {
        _bars?.Remove(step.Phase);
        if (_bars is { IsEmpty: true })
            Close(line: null);
        else
            _bars?.Draw();
        if (step.Stays)
            Write(step.Line);
    }

    private void Close(string? line)
    {
        _bars?.Dispose();
        _bars = null;
        if (line is not null)
            Write(line);
    }
}
