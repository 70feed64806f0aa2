using LiftPlus.Display;
using Spectre.Console;

namespace LiftPlus.Cli.Outputs;

/// <summary>Represents the streams of the tool: results go to the output, everything else to the messages.</summary>
/// <param name="output">The standard output.</param>
/// <param name="messages">The console of the standard error.</param>
/// <param name="input">The standard input.</param>
/// <param name="time">The clock.</param>
internal sealed class ToolConsole(TextWriter output, IAnsiConsole messages, TextReader input, TimeProvider time)
{
    private const string ShowCursor = "\e[?25h";

    /// <summary>Gets the writer of results.</summary>
    public TextWriter Output => output;

    /// <summary>Gets whether the results appear on a terminal, beside the messages.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Gets the writer of messages.</summary>
    public TextWriter MessageWriter => messages.Profile.Out.Writer;

    /// <summary>Gets the standard input.</summary>
    public TextReader Input => input;

    /// <summary>Returns the streams of the process.</summary>
    public static ToolConsole Standard() =>
        new(
            Console.Out,
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }),
            Console.In,
            TimeProvider.System
        )
        {
            IsOutputTerminal = !Console.IsOutputRedirected,
        };

    /// <summary>Creates the progress of a command; dispose it before writing results.</summary>
    public ConsoleProgress CreateProgress() => new(messages, time);

    /// <summary>Writes a message. While a progress is at work, use <see cref="Log"/>.</summary>
    public void Say(string message) => MessageWriter.WriteLine(message);

    /// <summary>Writes what a dataset says about itself.</summary>
    public void SayRemarks(ImageDataset dataset)
    {
        foreach (string remark in dataset.Remarks)
            Say(Hints.Add(remark));
    }

    /// <summary>Writes a message above the progress.</summary>
    public void Log(string message)
    {
        if (DisplayFactory.IsTerminal(messages))
            messages.WriteLine(message);
        else
            MessageWriter.WriteLine(message);
    }

    /// <summary>Shows the cursor again, which bars hide.</summary>
    public void RestoreCursor()
    {
        if (DisplayFactory.IsTerminal(messages))
            MessageWriter.Write(ShowCursor);
    }
}
