namespace LiftPlus.Samples;

/// <summary>Represents one row of a table: a name, and how the row changes the builder of LIFT+.</summary>
/// <param name="Name">The title of the row.</param>
/// <param name="Choose">Changes the builder, which already has backbone, epochs, learning rate and seed.</param>
public sealed record Contender(string Name, Action<LongTailFineTunerBuilder> Choose)
{
    /// <summary>Gets whether a second row shows the test with five crops.</summary>
    public bool IsMain { get; init; }
}
