using Spectre.Console;

namespace LiftPlus.Samples;

/// <summary>Progress bars with rate and remaining time. Where the output goes to a file or another program, plain lines instead, every ten seconds.</summary>
public sealed class ProgressBoard
{
    private readonly ProgressContext? _bars;
    private readonly TextWriter? _lines;
    private readonly TimeProvider _time;

    /// <summary>A board of lines.</summary>
    public ProgressBoard(TextWriter lines, TimeProvider time) => (_lines, _time) = (lines, time);

    private ProgressBoard(ProgressContext bars) => (_bars, _time) = (bars, TimeProvider.System);

    /// <summary>Shows the progress of what is done meanwhile.</summary>
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

    /// <summary>Adds a bar.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="unit">What is counted, in the plural: "images".</param>
    public ProgressItem Add(string title, string unit) => new(title, unit, _bars?.AddTask(Markup.Escape(title)), _lines, _time);

    private static Progress Bars() =>
        AnsiConsole
            .Progress()
            .HideCompleted(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left });
}
