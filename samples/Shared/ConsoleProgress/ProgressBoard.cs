using Spectre.Console;

namespace LiftPlus.Samples;

/// <summary>Shows progress bars with rate and remaining time, or a line every ten seconds if the output is redirected.</summary>
public sealed class ProgressBoard
{
    private readonly ProgressContext? _bars;
    private readonly TextWriter? _lines;
    private readonly TimeProvider _time;

    /// <summary>Creates a board that writes lines.</summary>
    public ProgressBoard(TextWriter lines, TimeProvider time) => (_lines, _time) = (lines, time);

    private ProgressBoard(ProgressContext bars) => (_bars, _time) = (bars, TimeProvider.System);

    /// <summary>Runs work and shows its progress.</summary>
    public static void Run(Action<ProgressBoard> work)
    {
        if (Console.IsOutputRedirected)
            work(new ProgressBoard(Console.Out, TimeProvider.System));
        else
            Bars().Start(bars => work(new ProgressBoard(bars)));
    }

    /// <inheritdoc cref="Run"/>
    public static Task RunAsync(Func<ProgressBoard, Task> work) =>
        Console.IsOutputRedirected
            ? work(new ProgressBoard(Console.Out, TimeProvider.System))
            : Bars().StartAsync(bars => work(new ProgressBoard(bars)));

    /// <summary>Adds a progress bar.</summary>
    /// <param name="title">The title of the bar.</param>
    /// <param name="unit">The unit of the count, in the plural: "images".</param>
    public ProgressItem Add(string title, string unit) => new(title, unit, _bars?.AddTask(Markup.Escape(title)), _lines, _time);

    private static Progress Bars() =>
        AnsiConsole
            .Progress()
            .HideCompleted(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left });
}
