namespace LiftPlus.Display;

/// <summary>Measures the time since a phase began.</summary>
internal sealed class PhaseClock(TimeProvider time)
{
    private string? _phase;
    private double _done;
    private long _start;

    /// <summary>Returns the time since the first report of the phase. A phase that starts over is a new one.</summary>
    public TimeSpan Elapsed(string phase, double done)
    {
        if (phase != _phase || done < _done)
            (_phase, _start) = (phase, time.GetTimestamp());
        _done = done;
        return time.GetElapsedTime(_start);
    }
}
