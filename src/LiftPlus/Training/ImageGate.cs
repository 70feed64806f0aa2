using LiftPlus.Data;

namespace LiftPlus.Training;

/// <summary>Looks at the files of a run's images before anything else, so that a broken one is known in the first minute.</summary>
internal sealed class ImageGate(TrainingOptions options, FineTuningServices services, IProgress<TrainingProgress> progress)
{
    private readonly List<UnreadableImage> _skipped = [];

    /// <summary>What was left out so far.</summary>
    public IReadOnlyList<UnreadableImage> Skipped => _skipped;

    /// <summary>The dataset, or by the policy what can be read of it.</summary>
    /// <exception cref="LiftPlusException">Images cannot be read, and they are not to be skipped; all are named.</exception>
    public ImageDataset Pass(ImageDataset dataset, CancellationToken cancellationToken)
    {
        if (!options.CheckImages || dataset.All(image => !image.Source.IsEncoded))
            return dataset;
        DatasetCheck check = dataset.Check(services.Decoder, new Relay(progress, options.Epochs), cancellationToken);
        if (options.Unreadable == UnreadablePolicy.Fail)
            check.ThrowIfUnreadable();
        ImageDataset readable = check.Readable();
        if (check.Unreadable is [UnreadableImage first, ..])
            Log.Skipped(services.Logger, check.Unreadable.Length, first.Name, first.Reason);
        _skipped.AddRange(check.Unreadable);
        return readable;
    }

    private sealed class Relay(IProgress<TrainingProgress> progress, int epochs) : IProgress<DatasetCheckProgress>
    {
        public void Report(DatasetCheckProgress value) =>
            progress.Report(
                new TrainingProgress
                {
                    Phase = TrainingPhase.Checking,
                    Step = value.Done,
                    Steps = value.Total,
                    Epochs = epochs,
                }
            );
    }
}
