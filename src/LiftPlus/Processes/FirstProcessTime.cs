namespace LiftPlus.Processes;

/// <summary>Gives every process the time of process 0, so that a time limit ends all of them at the same step.</summary>
internal sealed class FirstProcessTime(IProcessGroup group, TimeProvider own) : TimeProvider
{
    public override long TimestampFrequency => own.TimestampFrequency;

    public override long GetTimestamp() => group.FromFirst(own.GetTimestamp());

    public override DateTimeOffset GetUtcNow() => own.GetUtcNow();
}
