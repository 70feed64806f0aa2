using System.Diagnostics;
using LiftPlus.Models;
using LiftPlus.Telemetry;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Serving;

/// <summary>Loads a model's folder, and frees the model again unless it passes the test of <see cref="Canary"/>.</summary>
internal sealed class ModelLoader(
    ImageClassifierOptions options,
    ComponentRegistry? components,
    HubOptions? hub,
    ServingMetrics metrics,
    ILogger logger
)
{
    private readonly ModelLoadOptions _load = new()
    {
        Backbone = options.Backbone,
        CreateBackbone = options.CreateBackbone,
        Device = options.Device,
        Components = components,
        Hub = hub,
        Decoder = options.Decoder,
        Logger = logger,
    };

    /// <summary>Gets the content of the folder at the last attempt. A failed load is repeated only when the content changes.</summary>
    public ModelFolder LastTried { get; private set; }

    public bool HasChanged => ModelFolder.Look(options.Model) != LastTried;

    /// <exception cref="LiftPlusException">
    /// The model cannot be loaded, or its results are not usable. Nothing of it stays in memory.
    /// </exception>
    public ModelGeneration Load(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        FineTunedModel? model = null;
        try
        {
            LastTried = ModelFolder.Look(options.Model);
            model = FineTunedModel.Load(options.Model, _load, cancellationToken);
            ModelGeneration generation = new(model, () => ServingLog.Freed(logger, options.Model));
            Test(generation);
            metrics.Load(succeeded: true);
            ServingLog.Loaded(
                logger,
                options.Model,
                model.ClassNames.Count,
                model.Device.ToString(),
                model.Backbone.Config.Name,
                Stopwatch.GetElapsedTime(start).TotalSeconds
            );
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
            throw e as LiftPlusException ?? new LiftPlusException($"{options.Model} cannot be loaded: {e.Message}", e);
        }
    }

    private void Test(ModelGeneration generation)
    {
        try
        {
            Canary.Check(generation.Model, generation.Preparer.Shape);
        }
        catch (Exception e)
        {
            throw new LiftPlusException($"{options.Model} fails the test before it serves: {e.Message}", e);
        }
    }
}
