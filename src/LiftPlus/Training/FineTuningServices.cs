using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.Processes;
using LiftPlus.Runs;
using LiftPlus.Telemetry;
using LiftPlus.Validation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiftPlus.Training;

/// <summary>Specifies what a run uses without influence on its result: where it logs, computes and decodes.</summary>
internal sealed record FineTuningServices
{
    /// <summary>Gets what creates the backbone; null if the recipe names it.</summary>
    public Func<Backbone>? CreateBackbone { get; init; }

    /// <summary>Gets where the backbone of a recipe is fetched from; null for the settings from environment variables.</summary>
    public HubOptions? Hub { get; init; }

    /// <summary>Gets the model that runs start from; null for the untouched backbone.</summary>
    public InitialModel? Initial { get; init; }

    [Required]
    [RegularExpression(DeviceName.Allowed, ErrorMessage = DeviceName.Choices)]
    public string Device { get; init; } = "auto";

    public IImageDecoder? Decoder { get; init; }

    /// <summary>Gets the folder for checkpoints; null if the run writes no checkpoints.</summary>
    [NotBlank(ErrorMessage = "Give UseCheckpoints the path of a folder.")]
    public string? CheckpointFolder { get; init; }

    /// <summary>Gets when checkpoints are written, and how many are kept.</summary>
    public CheckpointOptions Checkpoints { get; init; } = new();

    /// <summary>Gets how decoded training images are kept between epochs; null for no cache.</summary>
    public ImageCacheOptions? ImageCache { get; init; }

    /// <summary>Gets what creates the recorders. Each run creates its own and disposes those that are disposable.</summary>
    public ImmutableArray<Func<IProgress<TrainingProgress>>> Recorders { get; init; } = [];

    /// <summary>Gets the clock of runs.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Gets what starts the processes that train together, when a run begins; null for one process.</summary>
    public Func<IProcessGroup>? CreateProcesses { get; init; }

    /// <summary>Gets the processes of a run.</summary>
    public IProcessGroup Processes { get; init; } = SingleProcess.Instance;

    public TrainingMetrics Metrics { get; init; } = TrainingMetrics.Default;
}
