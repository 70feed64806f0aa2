using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>When a run writes checkpoints besides the ends of epochs, and which it keeps. None of it changes the result of the run.</summary>
public sealed record CheckpointOptions
{
    /// <summary>Writes one after every so many steps.</summary>
    /// <value>The default is null: by time only.</value>
    [Range(1, 1_000_000_000)]
    public int? EverySteps { get; init; }

    /// <summary>Writes one after the first step that ends so long after the last: at most this much work is lost.</summary>
    /// <value>The default is 10 minutes; null writes at the ends of epochs and after <see cref="EverySteps"/> only.</value>
    [Range(
        typeof(TimeSpan),
        "00:00:00",
        "36500.00:00:00",
        MinimumIsExclusive = true,
        ErrorMessage = "Give a positive time, or null to write none by time."
    )]
    public TimeSpan? Every { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many are kept, the newest. The older ones are there for the case that the newest cannot be read.</summary>
    /// <value>The default value is 3.</value>
    [Range(1, 100_000)]
    public int Keep { get; init; } = 3;

    /// <summary>
    /// By which accuracy on the validation set the best model is kept, in the folder <c>best</c>: <see cref="FineTunedModel.Load"/> reads it. Without a
    /// validation set there is none.
    /// </summary>
    /// <value>The default is <see cref="ValidationMetric.MeanClass"/>; null keeps none.</value>
    public ValidationMetric? Best { get; init; } = ValidationMetric.MeanClass;
}
