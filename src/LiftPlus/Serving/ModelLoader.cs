using System.Diagnostics;
using LiftPlus.Models;
using LiftPlus.Telemetry;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Serving;

/// <summary>
/// Loads a model's folder, or a CLIP model with class names, and frees the model again unless it passes the test of <see cref="Canary"/>.
/// </summary>
internal sealed class ModelLoader(ImageClassifierOptions options, HubOptions? hub, ServingMetrics metrics, ILogger logger)
{
    private readonly ModelLoadOptions _load = new()
    {
        Backbone = options.Backbone,
        CreateBackbone = options.CreateBackbone,
        Device = options.Device,
        Components = options.Components,
        Hub = hub,
        Decoder = options.Decoder,
        Logger = logger,
    };

    /// <summary>Gets the content of the folder at the last attempt. A failed load is repeated only when the content changes.</summary>
    public ModelFolder LastTried { get; private set; }

    public bool HasChanged => Look() != LastTried;

    /// <summary>Gets what messages call the model: its folder, or its backbone.</summary>
    public string Name => options.IsZeroShot ? options.Backbone ?? "a backbone made in code" : options.Model;

    /// <exception cref="LiftPlusException">
    /// The model cannot be loaded, or its results are not usable. Nothing of it stays in memory.
    /// </exception>
    public ModelGeneration Load(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        ImageClassifier? model = null;
        try
        {
            LastTried = Look();
            IReadOnlyList<string>? templates = options.PromptTemplates.IsEmpty ? null : options.PromptTemplates;
            model = options.IsZeroShot
                ? ZeroShotClassifier.Create(options.ClassNames, templates, _load, cancellationToken)
                : FineTunedModel.Load(options.Model, _load, cancellationToken);
            ModelGeneration generation = new(model, () => ServingLog.Freed(logger, Name));
            Test(generation);
            metrics.Load(succeeded: true);
            ServingLog.Loaded(
                logger,
                Name,
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
            throw e as LiftPlusException ?? new LiftPlusException($"{Name} cannot be loaded: {e.Message}", e);
        }
    }

    // A backbone is not watched: it has no folder that is replaced as a whole.
    private ModelFolder Look() => options.IsZeroShot ? default : ModelFolder.Look(options.Model);

    private void Test(ModelGeneration generation)
    {
        try
        {
            Canary.Check(generation.Model, generation.Preparer.Shape);
        }
        catch (Exception e)
        {
            throw new LiftPlusException($"{Name} fails the test before it serves: {e.Message}", e);
        }
    }
}
