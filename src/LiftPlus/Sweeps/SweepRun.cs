using System.Security.Cryptography;
using System.Text.Json;
using LiftPlus.Data;
using LiftPlus.Runs;
using static TorchSharp.torch;

namespace LiftPlus.Sweeps;

/// <summary>Represents one training of a sweep: a candidate on one hold-out.</summary>
internal sealed record SweepRun
{
    public required SweepEntry Entry { get; init; }

    /// <summary>Gets the repeat, 0-based.</summary>
    public required int Repeat { get; init; }

    /// <summary>Gets the recipe with the seed of the repeat. The images were checked once for all runs.</summary>
    public required FineTuningRecipe Recipe { get; init; }

    public required ImageDataset Train { get; init; }

    public required ImageDataset HeldOut { get; init; }

    public required SharedBackbone Backbone { get; init; }

    /// <summary>
    /// Gets a hash of everything that the result depends on. A result in a folder is this run's only if its key is the same, and
    /// candidates that are the same are trained once.
    /// </summary>
    public required string Key { get; init; }

    public static SweepRun Create(
        SweepEntry entry,
        int repeat,
        (ImageDataset Train, ImageDataset HeldOut) images,
        SharedBackbone backbone,
        string? initial,
        IImageDecoder decoder,
        Device device
    )
    {
        TrainingOptions training = entry.Recipe.Training;
        FineTuningRecipe recipe = entry.Recipe with
        {
            Training = training with { Seed = unchecked(training.Seed + repeat), CheckImages = false },
        };
        RunIdentity identity = RunIdentity.From(recipe, backbone.Identity, images.Train, images.HeldOut, decoder, device) with
        {
            Machine = null,
            Initial = initial,
        };
        return new SweepRun
        {
            Entry = entry,
            Repeat = repeat,
            Recipe = recipe,
            Train = images.Train,
            HeldOut = images.HeldOut,
            Backbone = backbone,
            Key = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(identity)))[..32],
        };
    }
}
