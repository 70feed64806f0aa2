using System.Text;
using LiftPlus.Cli.Outputs;
using Spectre.Console;

namespace LiftPlus.Cli.Tests;

/// <summary>Represents one run of the tool in this process, with redirected streams.</summary>
internal sealed class ToolRun
{
    private ToolRun(int code, string output, string messages) => (Code, Output, Messages) = (code, output, messages);

    /// <summary>Gets the exit code.</summary>
    public int Code { get; }

    /// <summary>Gets what was written to the standard output.</summary>
    public string Output { get; }

    /// <summary>Gets what was written to the standard error.</summary>
    public string Messages { get; }

    /// <summary>Runs the tool.</summary>
    public static Task<ToolRun> RunAsync(params string[] arguments) => RunAsync(arguments, input: "");

    /// <summary>Runs the tool.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="input">The standard input.</param>
    /// <param name="stopAt">Cancels the run when a message contains this text.</param>
    public static async Task<ToolRun> RunAsync(string[] arguments, string input = "", string? stopAt = null)
    {
        using var source = new CancellationTokenSource();
        var output = new StringWriter { NewLine = "\n" };
        var messages = new MessageWriter(line =>
        {
            if (stopAt is not null && line.Contains(stopAt, StringComparison.Ordinal))
                source.Cancel();
        });
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(messages) });
        var tool = new Tool(new ToolConsole(output, console, new StringReader(input), new FastTime()));
        int code = await tool.RunAsync(arguments, source.Token);
        return new ToolRun(code, output.ToString(), messages.ToString());
    }

    // Shows each line to a test as it is written.
    private sealed class MessageWriter(Action<string> onLine) : TextWriter
    {
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => _text.Append(value);

        public override void WriteLine(string? value)
        {
            _text.Append(value).Append('\n');
            onLine(value ?? "");
        }

        public override string ToString() => _text.ToString();
    }

    // Eleven seconds pass between any two looks at the clock, so that every report of progress is a line.
    private sealed class FastTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Add(ref _now, 11);
    }
}
