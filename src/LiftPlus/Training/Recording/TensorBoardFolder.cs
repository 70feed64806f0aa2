namespace LiftPlus.Training;

/// <summary>
/// Writes a run as TensorBoard event files: training scalars for each step, validation scalars for each epoch. Every run starts its own
/// file. If a resumed run repeats a step, TensorBoard shows only the last one.
/// </summary>
internal sealed class TensorBoardFolder(string folder, TimeProvider? time = null) : IProgress<TrainingProgress>, IDisposable
{
    private EventFile? _file;

    public void Report(TrainingProgress value)
    {
        if (value.Validation is EvaluationReport report)
        {
            Add(
                value.Step,
                firstStep: value.Step + 1, // this step's training is in an earlier file
                [
                    .. MetricsFile
                        .Accuracies(report.Metrics)
                        .Where(entry => entry.Percent is not null)
                        .Select(entry => ($"validation/{entry.Name}", entry.Percent!.Value)),
                ]
            );
        }
        else if (value.Phase == TrainingPhase.Training)
        {
            Add(
                value.Step,
                firstStep: value.Step,
                [
                    ("train/loss", value.Loss),
                    ("train/accuracy", value.Accuracy),
                    ("train/learning_rate", value.LearningRate),
                    ("train/images_per_second", value.ImagesPerSecond),
                ]
            );
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Add(long step, long firstStep, (string Tag, double Value)[] scalars)
    {
        _file ??= new EventFile(folder, firstStep, time ?? TimeProvider.System);
        _file.Add(step, scalars);
    }
}
