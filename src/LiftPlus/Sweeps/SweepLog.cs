using Microsoft.Extensions.Logging;

namespace LiftPlus.Sweeps;

/// <summary>Defines the log messages of sweeps.</summary>
internal static partial class SweepLog
{
    [LoggerMessage(61, LogLevel.Information, "Sweep: '{Candidate}', repeat {Repeat} of {Repeats}, run {Run} of {Runs}")]
    public static partial void Started(ILogger logger, string candidate, int repeat, int repeats, int run, int runs);

    [LoggerMessage(62, LogLevel.Warning, "Sweep: '{Candidate}' is left out because its training failed: {Reason}")]
    public static partial void Failed(ILogger logger, string candidate, string reason);

    [LoggerMessage(63, LogLevel.Information, "Sweep: waiting for {Runs} runs that other processes have taken in {Folder}")]
    public static partial void Waiting(ILogger logger, int runs, string folder);
}
