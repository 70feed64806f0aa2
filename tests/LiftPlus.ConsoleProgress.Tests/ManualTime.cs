namespace LiftPlus.Display.Tests;

/// <summary>Represents a clock that stands still until a test moves it.</summary>
internal sealed class ManualTime : TimeProvider
{
    public double Seconds { get; set; }

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => (long)(1000 * Seconds);
}
