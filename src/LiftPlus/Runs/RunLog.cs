using Microsoft.Extensions.Logging;

namespace LiftPlus.Runs;

/// <summary>Defines the log messages about the checkpoints of a run.</summary>
internal static partial class RunLog
{
    [LoggerMessage(21, LogLevel.Debug, "Checkpoint: {File}")]
    public static partial void CheckpointSaved(ILogger logger, string file);

    [LoggerMessage(22, LogLevel.Warning, "{File} is skipped, and kept as {File}.damaged: {Reason}")]
    public static partial void CheckpointUnreadable(ILogger logger, string file, string reason);

    [LoggerMessage(
        28,
        LogLevel.Warning,
        "{What} cannot be written; training continues without it: {Reason} The newest good checkpoint: {Newest}"
    )]
    public static partial void CheckpointMissed(ILogger logger, string what, string reason, string newest);

    [LoggerMessage(
        31,
        LogLevel.Warning,
        "{File} was written in another environment, so the result can differ in its last bits from an uninterrupted run's: {Differences}"
    )]
    public static partial void OtherMachine(ILogger logger, string file, string differences);
}
