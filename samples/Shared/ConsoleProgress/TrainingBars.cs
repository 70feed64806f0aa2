using System.Globalization;

namespace LiftPlus.Samples;

/// <summary>Shows a progress bar for each phase of a training run: download, check, preparation, training and each validation.</summary>
/// <param name="board">The board to add the bars to.</param>
/// <param name="title">The name of the run.</param>
/// <param name="images">The images per epoch.</param>
public sealed class TrainingBars(ProgressBoard board, string title, int images) : IProgress<TrainingProgress>
{
    private readonly Dictionary<(TrainingPhase, int), ProgressItem> _items = [];

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        switch (value.Phase)
        {
            case TrainingPhase.Downloading:
                Item(value, "downloading weights", "MB").Report(value.Done / 1e6, value.Total / 1e6);
                break;
            case TrainingPhase.Checking:
                Item(value, "checking images", "images").Report(value.Done, value.Total);
                break;
            case TrainingPhase.Preparing:
                Item(value, "preparing", "steps").Report(value.Done, value.Total);
                break;
            case TrainingPhase.Validating:
                Item(value, $"validation {value.Epoch}", "batches").Report(value.Done, value.Total);
                break;
            default:
                double all = (double)images * value.Epochs;
                Item(value with { Epoch = 0 }, "training", "images")
                    .Report(
                        all * value.Done / value.Total,
                        all,
                        string.Create(CultureInfo.InvariantCulture, $"epoch {value.Epoch}/{value.Epochs}, loss {value.Loss:0.000}")
                    );
                break;
        }
    }

    private ProgressItem Item(TrainingProgress value, string phase, string unit)
    {
        // A validation set is checked after the training set.
        if (!_items.TryGetValue((value.Phase, value.Epoch), out ProgressItem? item) || (item.IsDone && value.Done < value.Total))
            _items[(value.Phase, value.Epoch)] = item = board.Add($"{title}, {phase}", unit);
        return item;
    }
}
