using Spectre.Console;

namespace LiftPlus.Display;

/// <summary>Represents the area of a terminal that shows bars, until it is disposed. It draws only when it is told to.</summary>
internal sealed class LiveBars : IDisposable
{
    private const int BarWidth = 16; // leaves room for the text on a terminal of 80 columns

    private readonly Dictionary<string, ProgressTask> _bars = [];
    private readonly ProgressContext _context;
    private readonly TaskCompletionSource _end;
    private readonly Task _running;

    private LiveBars(ProgressContext context, TaskCompletionSource end, Task running) =>
        (_context, _end, _running) = (context, end, running);

    /// <summary>Gets whether there is no bar.</summary>
    public bool IsEmpty => _bars.Count == 0;

    /// <summary>Opens the area; returns null if the terminal shows another one.</summary>
    public static LiveBars? TryOpen(IAnsiConsole console)
    {
        var started = new TaskCompletionSource<ProgressContext>();
        var end = new TaskCompletionSource();
        Task running = Task.Run(() =>
            console
                .Progress()
                .AutoRefresh(false)
                .AutoClear(true)
                .Columns(
                    new ProgressBarColumn { Width = BarWidth },
                    new PercentageColumn(),
                    new TaskDescriptionColumn { Alignment = Justify.Left }
                )
                .StartAsync(context =>
                {
                    started.SetResult(context);
                    return end.Task;
                })
        );
        Task.WaitAny(started.Task, running);
        return started.Task.IsCompleted ? new LiveBars(started.Task.Result, end, running) : null;
    }

    /// <summary>Sets the bar of a phase, and returns whether it is new.</summary>
    public bool Set(Step step)
    {
        bool isNew = !_bars.TryGetValue(step.Phase, out ProgressTask? bar);
        if (isNew)
            _bars[step.Phase] = bar = _context.AddTask(step.Phase);
        bar!.IsIndeterminate = double.IsInfinity(step.Total);
        bar.Value = 100 * step.Done / step.Total;
        bar.Description = Markup.Escape(step.Note);
        return isNew;
    }

    /// <summary>Removes the bar of a phase.</summary>
    public void Remove(string phase)
    {
        if (_bars.Remove(phase, out ProgressTask? bar))
            _context.RemoveTask(bar);
    }

    /// <summary>Draws the bars.</summary>
    public void Draw() => _context.Refresh();

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.SetResult();
        _running.Wait();
    }
}
