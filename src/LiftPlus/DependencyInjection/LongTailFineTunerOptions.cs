using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.Runs;
using LiftPlus.Validation;

namespace LiftPlus;

/// <summary>
/// A fine-tuner as an application is configured with it. In configuration the recipe's parts lie beside the rest, in the shape of
/// <c>recipe.json</c>: <c>{ "Backbone": "...", "Peft": [ { "Type": "lora", "Rank": 8 } ], "Device": "cpu", "CheckpointFolder":
/// "runs/flowers" }</c>.
/// </summary>
public sealed record LongTailFineTunerOptions
{
    /// <summary>What is done.</summary>
    /// <value>The default is LIFT+; its backbone must be set.</value>
    public FineTuningRecipe Recipe { get; set; } = new();

    /// <summary>Where to compute: "cpu", "cuda", "cuda:0", or "auto" (the first GPU, if there is one).</summary>
    /// <value>The default value is "auto".</value>
    [Required]
    [RegularExpression(DeviceName.Allowed, ErrorMessage = DeviceName.Choices)]
    public string Device { get; set; } = "auto";

    /// <summary>Where runs leave checkpoints (<see cref="LongTailFineTunerBuilder.UseCheckpoints"/>); null for nowhere.</summary>
    [NotBlank(ErrorMessage = "Give the path of a folder, or leave the setting out.")]
    public string? CheckpointFolder { get; set; }

    /// <summary>When checkpoints are written, and how many are kept.</summary>
    public CheckpointOptions Checkpoints { get; set; } = new();

    /// <summary>Keeps decoded training images between epochs; null for no cache.</summary>
    public ImageCacheOptions? ImageCache { get; set; }

    /// <summary>
    /// What configuration cannot say: recorders, a decoder, a backbone that the application makes. Called last, before the tuner is built.
    /// </summary>
    public Action<LongTailFineTunerBuilder>? Configure { get; set; }
}
