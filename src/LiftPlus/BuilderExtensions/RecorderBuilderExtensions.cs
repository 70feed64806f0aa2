using LiftPlus.Training;

namespace LiftPlus;

/// <summary>Adds the built-in recorders of training runs.</summary>
public static class RecorderBuilderExtensions
{
    /// <summary>
    /// Writes every step and validation of a run to a file of JSON lines. A resumed run continues its file, a new run starts it anew.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file; its folder is created if it is missing.</param>
    public static LongTailFineTunerBuilder AddMetricsFile(this LongTailFineTunerBuilder builder, string path) =>
        builder.AddRecorder(() => new MetricsFile(path));

    /// <summary>
    /// Writes every step and validation of a run as TensorBoard event files: <c>tensorboard --logdir FOLDER</c> shows them.
    /// </summary>
    public static LongTailFineTunerBuilder AddTensorBoard(this LongTailFineTunerBuilder builder, string folder) =>
        builder.AddRecorder(() => new TensorBoardFolder(folder));
}
