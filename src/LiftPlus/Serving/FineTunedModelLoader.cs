using LiftPlus.Models;
using LiftPlus.Telemetry;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Serving;

/// <summary>Loads a model's folder, or a CLIP model with class names.</summary>
internal sealed class FineTunedModelLoader(ImageClassifierOptions options, HubOptions? hub, ServingMetrics metrics, ILogger logger)
    : ModelLoader(metrics, logger)
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

    public override string Name => options.IsZeroShot ? options.Backbone ?? "a backbone made in code" : options.Model;

    protected override ImageClassifierBase Open(CancellationToken cancellationToken)
    {
        IReadOnlyList<string>? templates = options.PromptTemplates.IsEmpty ? null : options.PromptTemplates;
        return options.IsZeroShot
            ? ZeroShotClassifier.Create(options.ClassNames, templates, _load, cancellationToken)
            : FineTunedModel.Load(options.Model, _load, cancellationToken);
    }

    // A backbone is not watched: it has no folder that is replaced as a whole.
    protected override object? Look() => options.IsZeroShot ? null : ModelFolder.Look(options.Model);

    protected override (string Device, string Backbone) Describe(ImageClassifierBase model)
    {
        var classifier = (ImageClassifier)model;
        return (classifier.Device.ToString(), classifier.Backbone.Config.Name);
    }
}
