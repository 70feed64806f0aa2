namespace LiftPlus;

/// <summary>Represents how far a worker has come in this run.</summary>
/// <param name="ShardsDone">The shards of this worker that have a complete part, those of earlier runs and other workers included.</param>
/// <param name="Shards">The shards that this worker looks after: its own, or all of the job if workers take leases.</param>
/// <param name="Images">The images that this worker has classified in this run.</param>
/// <param name="Errors">How many of them could not be read.</param>
public sealed record PredictionJobProgress(int ShardsDone, int Shards, long Images, long Errors);
