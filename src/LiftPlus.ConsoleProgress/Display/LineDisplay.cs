namespace LiftPlus.Display;

/// <summary>Writes lines: at most one every ten seconds, and one at the end of each phase.</summary>
/// <param name="write">Writes a line.</param>
/// <param name="time">The clock.</param>
internal sealed class LineDisplay(Action<string> write, TimeProvider time) : IDisplay
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(10);

    private readonly Unfinished _unfinished = new();
    private long _last = time.GetTimestamp();
    private string? _written;

    /// <inheritdoc/>
    public void Show(Step step)
    {
        if (_unfinished.Take(step) is string left)
            Write(left);
        if (step.IsEnd ? step.Stays : time.GetElapsedTime(_last) >= s_every)
            Write(step.Line);
    }

    /// <inheritdoc/>
    public void Write(string line)
    {
        if (line == _written)
            return;
        write(line);
        (_written, _last) = (line, time.GetTimestamp());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_unfinished.Leave() is string left)
            Write(left);
    }
}
