using System.Diagnostics;
using LiftPlus.Telemetry;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Serving;

/// <summary>Loads a model, and frees it again unless it passes the test of <see cref="Canary"/>.</summary>
internal abstract class ModelLoader(ServingMetrics metrics, ILogger logger)
{
    private object? _lastTried;

    /// <summary>Gets what messages call the model: its folder, file or backbone.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Gets whether the files differ from those of the last attempt. A failed load is repeated only when they do.
    /// </summary>
    public bool HasChanged => !Equals(Look(), _lastTried);

    /// <exception cref="LiftPlusException">
    /// The model cannot be loaded, or its results are not usable. Nothing of it stays in memory.
    /// </exception>
    public ModelGeneration Load(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        ImageClassifierBase? model = null;
        try
        {
            _lastTried = Look();
            model = Open(cancellationToken);
            ModelGeneration generation = new(model, () => ServingLog.Freed(logger, Name));
            Test(generation);
            metrics.Load(succeeded: true);
            (string device, string backbone) = Describe(model);
            ServingLog.Loaded(logger, Name, model.ClassNames.Count, device, backbone, Stopwatch.GetElapsedTime(start).TotalSeconds);
            return generation;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            model?.Dispose();
            throw;
        }
        catch (Exception e)
        {
            model?.Dispose();
            metrics.Load(succeeded: false);
            throw e as LiftPlusException ?? new LiftPlusException($"{Name} cannot be loaded: {e.Message}", e);
        }
    }

    /// <summary>Loads the model.</summary>
    protected abstract ImageClassifierBase Open(CancellationToken cancellationToken);

    /// <summary>Identifies the content of the model's files; a value that is compared with later ones.</summary>
    protected abstract object? Look();

    /// <summary>Returns the device that computes a model, and its backbone, for the log.</summary>
    protected abstract (string Device, string Backbone) Describe(ImageClassifierBase model);

    private void Test(ModelGeneration generation)
    {
        try
        {
            Canary.Check(generation.Model, generation.Preparer);
        }
        catch (Exception e)
        {
            throw new LiftPlusException($"{Name} fails the test before it serves: {e.Message}", e);
        }
    }
}
