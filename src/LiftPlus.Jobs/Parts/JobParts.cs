using LiftPlus.Files;
using LiftPlus.Plans;

namespace LiftPlus.Parts;

/// <summary>Finds, checks and writes the parts of a job, one at a time.</summary>
internal sealed class JobParts(string folder, JobPlan plan)
{
    private const string Parts = "parts";
    private const int BufferSize = 1 << 16;
    private readonly PartWriter _part = new(plan.Prediction);

    /// <summary>Gets the names of the parts' files without their ending.</summary>
    public static string NameOf(int shard) => $"part-{shard:D5}";

    /// <summary>Creates the folder of the parts.</summary>
    /// <exception cref="LiftPlusException">It cannot be created.</exception>
    public void CreateFolder() => JobFolder.Create(Path.Combine(folder, Parts));

    /// <summary>Returns whether a part and its record are there and agree.</summary>
    public bool IsComplete(int shard, CancellationToken cancellationToken)
    {
        if (PartRecord.TryRead(RecordOf(shard)) is not PartRecord record || (record.Plan, record.Shard) != (plan.Sha256, shard))
            return false;
        string file = FileOf(shard);
        return new FileInfo(file) is { Exists: true } found
            && found.Length == record.Bytes
            && ModelHash.OfFile(file, "part", cancellationToken).Sha256 == record.Sha256;
    }

    /// <summary>Classifies the images of a shard and writes its part, then its record.</summary>
    /// <param name="shard">The number of the shard.</param>
    /// <param name="classifier">The classifier.</param>
    /// <param name="images">The images.</param>
    /// <param name="classified">Called after every image, with whether it had an error.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">The part cannot be written, or the classifier gives another number of predictions.</exception>
    public async Task WriteAsync(
        int shard,
        IImageClassifier classifier,
        IReadOnlyList<ImageSource> images,
        Action<bool> classified,
        CancellationToken cancellationToken
    )
    {
        PartRecord? record = null;
        await WholeFile
            .WriteAsync(FileOf(shard), async stream =>
            {
                using var hashing = new HashingStream(stream);
                var buffered = new BufferedStream(hashing, BufferSize); // not disposed: after a failure it must not write again
                await _part.BeginAsync(buffered, cancellationToken).ConfigureAwait(false);
                await foreach (
                    Prediction prediction in classifier.PredictEachAsync(images, plan.Prediction, cancellationToken).ConfigureAwait(false)
                )
                {
                    if (_part.Rows == images.Count)
                        throw WrongCount(shard, _part.Rows + 1, images.Count);
                    await _part.AddAsync(images[_part.Rows].Name, prediction, cancellationToken).ConfigureAwait(false);
                    classified(prediction.Error is not null);
                }

                if (_part.Rows != images.Count)
                    throw WrongCount(shard, _part.Rows, images.Count);
                await _part.CompleteAsync(cancellationToken).ConfigureAwait(false);
                buffered.Flush();
                record = new PartRecord(plan.Sha256, shard, _part.Rows, _part.Errors, hashing.Length, hashing.Sha256);
            })
            .ConfigureAwait(false);
        record!.Write(RecordOf(shard));
    }

    private string FileOf(int shard) => Path.Combine(folder, Parts, $"{NameOf(shard)}.parquet");

    private string RecordOf(int shard) => Path.Combine(folder, Parts, $"{NameOf(shard)}.json");

    private static LiftPlusException WrongCount(int shard, int found, int expected) =>
        new($"The classifier gave {found} predictions or more for the {expected} images of shard {shard}; it must give one for each.");
}
