using LiftPlus.Data;

namespace LiftPlus.Training;

/// <summary>Checks the files of a run's images before anything else, so that a broken one is found in the first minute.</summary>
internal sealed class ImageGate(TrainingOptions options, FineTuningServices services, IProgress<TrainingProgress> progress)
{
    private readonly List<UnreadableImage> _skipped = [];
    private readonly HashSet<string> _remarks = []; // of the training set and its held-out part

    /// <summary>Gets the images left out so far.</summary>
    public IReadOnlyList<UnreadableImage> Skipped => _skipped;

    /// <summary>Returns the dataset, or the readable part of it if the policy is to skip.</summary>
    /// <exception cref="LiftPlusException">Images cannot be read, and the policy is not to skip them. All are named.</exception>
    public ImageDataset Pass(ImageDataset dataset, CancellationToken cancellationToken)
    {
        foreach (string remark in dataset.Remarks.Where(_remarks.Add))
            Log.Remark(services.Logger, remark);
        if (!options.CheckImages || dataset.All(image => !image.Source.IsEncoded))
            return dataset;
        var described = new ProgressMap<DatasetCheckProgress, TrainingProgress>(progress, Describe);
        DatasetCheck check = dataset.Check(services.Decoder, described, cancellationToken);
        if (options.Unreadable == UnreadablePolicy.Fail)
            check.ThrowIfUnreadable();
        ImageDataset readable = check.Readable();
        if (check.Unreadable is [UnreadableImage first, ..])
            Log.Skipped(services.Logger, check.Unreadable.Length, first.Name, first.Reason);
        _skipped.AddRange(check.Unreadable);
        return readable;
    }

    private TrainingProgress Describe(DatasetCheckProgress value) =>
        new()
        {
            Phase = TrainingPhase.Checking,
            Done = value.Done,
            Total = value.Total,
            Epochs = options.Epochs,
        };
}
