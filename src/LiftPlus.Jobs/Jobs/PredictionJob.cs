using LiftPlus.Parts;
using LiftPlus.Plans;
using LiftPlus.Validation;
using LiftPlus.Workers;

namespace LiftPlus;

/// <summary>
/// Represents the classification of many images by any number of workers, on any number of machines that share a folder. A plan divides the
/// images into shards. Each shard becomes <c>parts/part-00012.parquet</c>, which is complete whenever it exists, with a record of its
/// SHA-256 beside it. Workers may be killed at any time: the next run does what is missing, and two workers on one shard write the same
/// bytes.
/// </summary>
/// <remarks>Safe for use from several threads and processes.</remarks>
public sealed class PredictionJob
{
    private readonly JobPlan _plan;

    private PredictionJob(string folder) => (Folder, _plan) = (folder, JobPlan.Read(folder));

    /// <summary>Gets the folder of the plan and the parts.</summary>
    public string Folder { get; }

    /// <summary>Gets the file or folder of the model; null if the plan names none.</summary>
    public string? Model => _plan.Model;

    /// <summary>Gets the number of shards, and so of parts.</summary>
    public int ShardCount => _plan.Shards.Length;

    /// <summary>Writes a plan.</summary>
    /// <param name="folder">The folder of the job, which does not exist or is empty. All workers need to reach and write it.</param>
    /// <param name="images">
    /// Image files, and tar files of images (<c>.tar</c>), of any number. Workers look for relative paths in the present working folder. An
    /// image's key is its path as given here; an image in a tar file has the key <c>shard.tar/name in it</c>.
    /// </param>
    /// <param name="options">How the images are divided and what is written; null for the defaults.</param>
    /// <exception cref="LiftPlusException">
    /// An option is out of range, the folder has content or cannot be written, the model or a tar file is missing, a path cannot be one
    /// line of a text file, or there are no images.
    /// </exception>
    public static PredictionJob Plan(string folder, IEnumerable<string> images, PredictionJobOptions? options = null)
    {
        PredictionJobOptions wanted = options ?? new PredictionJobOptions();
        OptionsValidator.ThrowIfInvalid(wanted);
        PlanWriter.Write(folder, images, wanted);
        return Open(folder);
    }

    /// <summary>Opens a plan.</summary>
    /// <param name="folder">The folder of the job.</param>
    /// <exception cref="LiftPlusException">The plan is missing or damaged.</exception>
    public static PredictionJob Open(string folder) => new(folder);

    /// <summary>Classifies the shards of this worker that have no complete part.</summary>
    /// <param name="classifier">The classifier. The caller owns it.</param>
    /// <param name="worker">Which shards the worker takes; null to find out from the environment.</param>
    /// <param name="progress">Receives the progress about every thousand images and after every shard.</param>
    /// <param name="cancellationToken">Stops the worker between two batches. Complete parts stay.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="LiftPlusException">
    /// An option is out of range, the model is another one than in the plan, a shard cannot be read (after all others are done), or a part
    /// cannot be written.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<PredictionJobProgress> RunAsync(
        IImageClassifier classifier,
        PredictionWorkerOptions? worker = null,
        IProgress<PredictionJobProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        PredictionWorkerOptions options = worker ?? new PredictionWorkerOptions();
        OptionsValidator.ThrowIfInvalid(options);
        WorkerPlace? place = WorkerPlace.Find(options, Environment.GetEnvironmentVariable);
        return new Worker(Folder, _plan, classifier, options, place, progress).RunAsync(cancellationToken);
    }

    /// <summary>Returns the shards that have no complete part, by number. Reads all parts to compare their SHA-256 with the records.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    public IReadOnlyList<int> FindMissing(CancellationToken cancellationToken = default)
    {
        var parts = new JobParts(Folder, _plan);
        return [.. Enumerable.Range(0, ShardCount).Where(shard => !parts.IsComplete(shard, cancellationToken))];
    }
}
