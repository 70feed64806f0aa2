using static System.FormattableString;

namespace LiftPlus.Display;

/// <summary>Represents how far a phase is.</summary>
/// <param name="Phase">The name of the phase.</param>
/// <param name="Done">How much is done.</param>
/// <param name="Total">How much there is to do; infinite if that is unknown.</param>
internal sealed record Step(string Phase, double Done, double Total)
{
    private const double Megabyte = 1e6;

    /// <summary>Gets the line for a log.</summary>
    public required string Line { get; init; }

    /// <summary>Gets the text beside the bar, which shows the percentage itself.</summary>
    public required string Note { get; init; }

    /// <summary>Gets whether the line of the end stays on the console.</summary>
    public bool Stays { get; init; } = true;

    /// <summary>Gets whether the phase is over.</summary>
    public bool IsEnd => Done >= Total;

    /// <summary>Creates a step of a phase that is counted.</summary>
    public static Step Count(string phase, double done, double total, string unit, PhaseClock clock, string? note = null)
    {
        TimeSpan elapsed = clock.Elapsed(phase, done);
        string left = done > 0 ? $", {DisplayText.Time(elapsed * ((total - done) / done))} left" : "";
        string more = note is null ? "" : $", {note}";
        return new Step(phase, done, total)
        {
            Line = Invariant($"{phase}: {100 * done / total:F0} %, {done:N0} of {total:N0} {unit}, {DisplayText.Time(elapsed)}{more}"),
            Note = Invariant($"{phase}: {done:N0} of {total:N0} {unit}{left}{more}"),
        };
    }

    /// <summary>Creates a step of a download.</summary>
    public static Step Bytes(string phase, long done, long? total, PhaseClock clock)
    {
        if (total is long known)
            return Count(phase, done / Megabyte, known / Megabyte, "MB", clock);
        string text = Invariant($"{phase}: {done / Megabyte:N0} MB, {DisplayText.Time(clock.Elapsed(phase, done))}");
        return new Step(phase, done, double.PositiveInfinity) { Line = text, Note = text };
    }
}
