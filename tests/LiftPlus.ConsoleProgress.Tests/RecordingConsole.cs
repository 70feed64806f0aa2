using System.Text;
using Spectre.Console;

namespace LiftPlus.Display.Tests;

/// <summary>Records what is written to a console, which is a terminal or a redirected output.</summary>
internal sealed class RecordingConsole : IAnsiConsoleOutput
{
    private readonly StringWriter _text = new() { NewLine = "\n" };

    public RecordingConsole(bool isTerminal)
    {
        IsTerminal = isTerminal;
        Console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
                Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
                Out = this,
            }
        );
    }

    public IAnsiConsole Console { get; }

    /// <summary>Gets everything that was written, with the control sequences of a terminal.</summary>
    public string Text => _text.ToString();

    /// <summary>Gets the lines of a redirected output.</summary>
    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public TextWriter Writer => _text;

    public bool IsTerminal { get; }

    public int Width => 100;

    public int Height => 30;

    public void SetEncoding(Encoding encoding) { }
}
