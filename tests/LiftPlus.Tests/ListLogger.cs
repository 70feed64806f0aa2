using LiftPlus.Training;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Tests;

/// <summary>Keeps what is logged, as "Level: message".</summary>
internal sealed class ListLogger(List<string> lines) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel level) => true;

    public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format) =>
        lines.Add($"{level}: {format(state, exception)}");
}
