namespace LiftPlus.Samples;

/// <summary>One row of a table: a name and what it changes on the builder of LIFT+.</summary>
/// <param name="Name">The row's title.</param>
/// <param name="Choose">What it changes; the builder already has backbone, epochs, rate and seed.</param>
public sealed record Contender(string Name, Action<LongTailFineTunerBuilder> Choose)
{
    /// <summary>Also tested with five crops, in a row of its own.</summary>
    public bool IsMain { get; init; }
}
