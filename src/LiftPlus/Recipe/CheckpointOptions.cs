using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>
/// Specifies when training writes checkpoints besides the ends of epochs, and which ones it keeps. These options do not change the result
/// of training.
/// </summary>
public sealed record CheckpointOptions
{
    /// <summary>Gets the number of steps after which a checkpoint is written.</summary>
    /// <value>The default is null: checkpoints are written by time only.</value>
    [Range(1, 1_000_000_000)]
    public int? EverySteps { get; init; }

    /// <summary>
    /// Gets the time after which a checkpoint is written, at the end of the step in progress. At most this much work is lost.
    /// </summary>
    /// <value>
    /// The default is 10 minutes; with null, checkpoints are written only at the ends of epochs and after <see cref="EverySteps"/>.
    /// </value>
    [Range(
        typeof(TimeSpan),
        "00:00:00",
        "36500.00:00:00",
        MinimumIsExclusive = true,
        ErrorMessage = "Give a positive time, or null to write none by time."
    )]
    public TimeSpan? Every { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets how many of the newest checkpoints are kept. The older ones are used if the newest cannot be read.</summary>
    /// <value>The default value is 3.</value>
    [Range(1, 100_000)]
    public int Keep { get; init; } = 3;

    /// <summary>
    /// Gets whether <see cref="LongTailFineTuner.Resume"/> also rejects a checkpoint of another environment: another number of threads,
    /// processor capability or device, or other versions of the libraries or the image decoder. The result can then differ in its last bits
    /// from that of an uninterrupted run.
    /// </summary>
    /// <value>The default value is false: the run continues, and a warning lists what differs.</value>
    public bool RequireSameEnvironment { get; init; }
}
