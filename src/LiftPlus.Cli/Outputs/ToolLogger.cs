using Microsoft.Extensions.Logging;

namespace LiftPlus.Cli.Outputs;

/// <summary>Writes warnings of the library as messages, above the progress.</summary>
internal sealed class ToolLogger(ToolConsole console) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
            console.Log($"Warning: {formatter(state, exception)}");
    }
}
