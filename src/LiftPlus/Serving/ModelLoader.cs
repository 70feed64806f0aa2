using System.Diagnostics;
using LiftPlus.Inference;
using LiftPlus.Models;
using LiftPlus.Telemetry;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace LiftPlus.Serving;

/// <summary>Loads a model's folder and runs the model once.</summary>
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
    };

    /// <summary>Gets the content of the folder at the last attempt. A failed load is repeated only when the content changes.</summary>
    public ModelFolder LastTried { get; private set; }

    public bool HasChanged => ModelFolder.Look(options.Model) != LastTried;

    /// <exception cref="LiftPlusException">The model cannot be loaded.</exception>
    public ModelGeneration Load(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            LastTried = ModelFolder.Look(options.Model);
            FineTunedModel model = FineTunedModel.Load(options.Model, _load, cancellationToken);
            ModelGeneration generation = new(model, () => ServingLog.Freed(logger, options.Model));
            WarmUp(generation);
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
        catch (Exception e) when (e is not OperationCanceledException)
        {
            metrics.Load(succeeded: false);
            throw e as LiftPlusException ?? new LiftPlusException($"{options.Model} cannot be loaded: {e.Message}", e);
        }
    }

    // The first pass sets up threads and memory; no caller should wait for that.
    private static void WarmUp(ModelGeneration generation)
    {
        using var black = new PreparedImage("warm-up");
        black.Rent((int)generation.Preparer.Shape.Aggregate(1L, (product, axis) => product * axis)).Clear();
        Predictor.Predict(generation.Model, [black], generation.Preparer.Shape, _ => new PredictionOptions());
    }
}
