using Spectre.Console;

namespace LiftPlus.Display;

/// <summary>Creates the display that suits a console.</summary>
internal static class DisplayFactory
{
    /// <summary>Creates bars for a terminal, or else lines.</summary>
    public static IDisplay Create(IAnsiConsole console, TimeProvider time) =>
        IsTerminal(console) ? new BarDisplay(console, time) : new LineDisplay(console.Profile.Out.Writer.WriteLine, time);

    /// <summary>Returns whether a console is a terminal that can move its cursor.</summary>
    public static bool IsTerminal(IAnsiConsole console) =>
        console.Profile.Out.IsTerminal && console.Profile.Capabilities is { Ansi: true, Interactive: true };
}
