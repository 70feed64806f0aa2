using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.Runs;
using LiftPlus.Telemetry;
using LiftPlus.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiftPlus.Training;

/// <summary>What a run uses but does not depend on for its result: where it logs, computes and decodes.</summary>
internal sealed record FineTuningServices
{
    /// <summary>Makes the backbone where the caller does; null where the recipe names it.</summary>
    public Func<Backbone>? CreateBackbone { get; init; }

    /// <summary>Where a recipe's backbone is fetched from; null for the settings from environment variables.</summary>
    public HubOptions? Hub { get; init; }

    [Required]
    [RegularExpression(DeviceName.Allowed, ErrorMessage = DeviceName.Choices)]
    public string Device { get; init; } = "auto";

    public IImageDecoder? Decoder { get; init; }

    /// <summary>The folder for checkpoints; null writes none.</summary>
    [NotBlank(ErrorMessage = "Give UseCheckpoints the path of a folder.")]
    public string? CheckpointFolder { get; init; }

    /// <summary>When checkpoints are written, and how many are kept.</summary>
    public CheckpointOptions Checkpoints { get; init; } = new();

    /// <summary>Keeps decoded training images between epochs; null for no cache.</summary>
    public ImageCacheOptions? ImageCache { get; init; }

    /// <summary>Each run makes its own, and disposes those that can be.</summary>
    public ImmutableArray<Func<IProgress<TrainingProgress>>> Recorders { get; init; } = [];

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public TrainingMetrics Metrics { get; init; } = TrainingMetrics.Default;
}
