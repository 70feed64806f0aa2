using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Specifies how a job divides its images, and what it writes for each.</summary>
public sealed record PredictionJobOptions
{
    /// <summary>The time that one image may take in a job, unless <see cref="Prediction"/> sets another.</summary>
    internal static readonly TimeSpan UsualTimeLimit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets the file or folder of the model. Its SHA-256 becomes a part of the plan, and a worker that finds other content refuses to run.
    /// </summary>
    /// <value>The default value is null: workers do not check which model they use.</value>
    public string? Model { get; init; }

    /// <summary>
    /// Gets the number of image files in a shard, which one worker classifies and one Parquet file holds. A killed worker loses at most the
    /// work of one shard. A tar file is a shard, whatever its number of images.
    /// </summary>
    /// <value>The default value is 10,000.</value>
    [Range(1, 10_000_000)]
    public int ShardSize { get; init; } = 10_000;

    /// <summary>
    /// Gets what is written for each image. <see cref="PredictionOptions.KeepErrors"/> is always on: an image that cannot be read is a row
    /// with an error. So is one that takes longer than <see cref="ImageLimits.TimeLimit"/>, which is 30 seconds if it is null.
    /// <see cref="PredictionOptions.Neighbors"/> are not written.
    /// </summary>
    /// <value>The default is the five likeliest classes.</value>
    public PredictionOptions Prediction { get; init; } = new();
}
