using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Specifies which shards of a job a worker takes.</summary>
public sealed record PredictionWorkerOptions : IValidatableObject
{
    /// <summary>Gets the number of this worker, from 0. Worker i of n takes the shards i, i + n, i + 2n and so on.</summary>
    /// <value>
    /// The default value is null: the number comes from Kubernetes, Slurm or Open MPI, as docs/prediction-jobs.md describes. Without them
    /// the worker takes leases.
    /// </value>
    [Range(0, int.MaxValue)]
    public int? Index { get; init; }

    /// <summary>Gets the number of workers. Set it together with <see cref="Index"/>.</summary>
    /// <value>The default value is null.</value>
    [Range(1, int.MaxValue)]
    public int? Count { get; init; }

    /// <summary>
    /// Gets how long a lease may show no sign of life before another worker takes the shard. A live worker renews its lease four times in
    /// this period.
    /// </summary>
    /// <value>The default value is 2 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets the clock of the leases.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Index is null != Count is null || Index >= Count)
            yield return new ValidationResult(
                $"Index is {Index?.ToString() ?? "missing"} and Count is {Count?.ToString() ?? "missing"}. Set both, with an index below "
                    + "the count, or neither.",
                [nameof(Index)]
            );
    }
}
