using Microsoft.Extensions.Logging;

namespace LiftPlus.Training;

/// <summary>
/// Passes a run's progress to its recorders and to the caller. A recorder that fails in any way is dropped with a warning: it must not end
/// a run or lose its model. What the caller's own progress throws ends the run.
/// </summary>
internal sealed class Recorders : IProgress<TrainingProgress>, IDisposable
{
    private readonly List<IProgress<TrainingProgress>> _recorders = [];
    private readonly IProgress<TrainingProgress>? _caller;
    private readonly ILogger _logger;

    public Recorders(IEnumerable<Func<IProgress<TrainingProgress>>> create, IProgress<TrainingProgress>? caller, ILogger logger)
    {
        (_caller, _logger) = (caller, logger);
        foreach ((int i, Func<IProgress<TrainingProgress>> recorder) in create.Index())
            Try($"Recorder {i + 1}, which could not be created,", () => _recorders.Add(Created(recorder)));
    }

    public void Report(TrainingProgress value)
    {
        foreach (IProgress<TrainingProgress> recorder in _recorders.ToArray())
        {
            if (Try(recorder.GetType().Name, () => recorder.Report(value)))
                continue;
            _recorders.Remove(recorder);
            Free(recorder);
        }

        _caller?.Report(value);
    }

    public void Dispose()
    {
        foreach (IProgress<TrainingProgress> recorder in _recorders)
            Free(recorder);
    }

    private static IProgress<TrainingProgress> Created(Func<IProgress<TrainingProgress>> recorder) =>
        recorder() ?? throw new InvalidOperationException("The function given to AddRecorder returned null.");

    private void Free(IProgress<TrainingProgress> recorder) => Try(recorder.GetType().Name, () => (recorder as IDisposable)?.Dispose());

    private bool Try(string recorder, Action use)
    {
        try
        {
            use();
            return true;
        }
        catch (Exception e)
        {
            Log.RecorderFailed(_logger, recorder, $"{e.GetType().Name}: {e.Message}");
            return false;
        }
    }
}
