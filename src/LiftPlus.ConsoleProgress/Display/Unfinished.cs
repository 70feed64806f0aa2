namespace LiftPlus.Display;

/// <summary>Keeps the last step of a running phase, so that its line can be written when something else begins.</summary>
internal sealed class Unfinished
{
    private Step? _step;

    /// <summary>Takes a step, and returns the line of an earlier phase that was left without its end.</summary>
    public string? Take(Step step)
    {
        if (!step.Stays) // a phase inside another
            return null;
        string? left = _step is not null && _step.Phase != step.Phase ? _step.Line : null;
        _step = step.IsEnd ? null : step;
        return left;
    }

    /// <summary>Returns the line of the phase that was left.</summary>
    public string? Leave()
    {
        string? left = _step?.Line;
        _step = null;
        return left;
    }
}
