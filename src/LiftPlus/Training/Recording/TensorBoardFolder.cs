using TorchSharp.Modules;
using static TorchSharp.torch.utils;

namespace LiftPlus.Training;

/// <summary>A run as TensorBoard event files: scalars of training for each step, of validation for each epoch.</summary>
internal sealed class TensorBoardFolder(string folder) : IProgress<TrainingProgress>
{
    private SummaryWriter? _writer;

    public void Report(TrainingProgress value)
    {
        if (value.Validation is EvaluationReport report)
        {
            foreach ((string name, double? percent) in MetricsFile.Accuracies(report.Metrics))
            {
                if (percent is double accuracy)
                    Write($"validation/{name}", accuracy, value.Step);
            }
        }
        else if (value.Phase == TrainingPhase.Training)
        {
            Write("train/loss", value.Loss, value.Step);
            Write("train/accuracy", 100 * value.Accuracy, value.Step);
            Write("train/learning_rate", value.LearningRate, value.Step);
            Write("train/images_per_second", value.ImagesPerSecond, value.Step);
        }
    }

    private void Write(string tag, double scalar, long step)
    {
        _writer ??= tensorboard.SummaryWriter(folder, createRunName: false);
        _writer.add_scalar(tag, (float)scalar, (int)step);
    }
}
