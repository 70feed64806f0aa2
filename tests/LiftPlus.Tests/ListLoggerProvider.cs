using LiftPlus.Training;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Tests;

/// <summary>Collects log lines, "category: message".</summary>
internal sealed class ListLoggerProvider(List<string> lines) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ListLogger(categoryName, lines);

    public void Dispose() { }

    private sealed class ListLogger(string category, List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            lock (lines)
                lines.Add($"{category}: {format(state, exception)}");
        }
    }
}
