using LiftPlus.Backbones;
using LiftPlus.Data;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiftPlus;

/// <summary>What a run uses but does not depend on for its result: where it logs, computes and decodes.</summary>
internal sealed record FineTuningServices
{
    public required Func<Backbone> CreateBackbone { get; init; }

    public string Device { get; init; } = "auto";

    public IImageDecoder? Decoder { get; init; }

    public ILogger Logger { get; init; } = NullLogger.Instance;
}
