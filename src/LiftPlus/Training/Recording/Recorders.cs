using Microsoft.Extensions.Logging;

namespace LiftPlus.Training;

/// <summary>
/// Passes a run's progress to its recorders and to the caller. A recorder that cannot write is dropped with a warning: it must not end a
/// long run.
/// </summary>
internal sealed class Recorders : IProgress<TrainingProgress>, IDisposable
{
    private readonly List<IProgress<TrainingProgress>> _recorders;
    private readonly IProgress<TrainingProgress>? _caller;
    private readonly ILogger _logger;

    public Recorders(IEnumerable<Func<IProgress<TrainingProgress>>> create, IProgress<TrainingProgress>? caller, ILogger logger)
    {
        _recorders = [.. create.Select(recorder => recorder())];
        (_caller, _logger) = (caller, logger);
    }

    public void Report(TrainingProgress value)
    {
        foreach (IProgress<TrainingProgress> recorder in _recorders.ToArray())
        {
            try
            {
                recorder.Report(value);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.RecorderFailed(_logger, recorder.GetType().Name, e.Message);
                _recorders.Remove(recorder);
                (recorder as IDisposable)?.Dispose();
            }
        }

        _caller?.Report(value);
    }

    public void Dispose()
    {
        foreach (IDisposable recorder in _recorders.OfType<IDisposable>())
            recorder.Dispose();
    }
}
