using System.ComponentModel.DataAnnotations;

namespace LiftPlus.Samples.RetrainWorker;

/// <summary>What is watched, and when a new model takes the place of the old one.</summary>
public sealed record RetrainOptions
{
    /// <summary>A folder with one folder of images for each class.</summary>
    [Required]
    public string Images { get; init; } = "";

    /// <summary>Where the model is written; a server that watches the folder takes it up.</summary>
    [Required]
    public string Model { get; init; } = "";

    /// <summary>Images to judge models by, with the same classes; null holds out a part of <see cref="Images"/>.</summary>
    public string? HeldOut { get; init; }

    /// <summary>Part of each class's images that is held out. Which ones depends on their names, so that an image stays on its side.</summary>
    [Range(0.01, 0.9)]
    public double HeldOutPart { get; init; } = 0.2;

    /// <summary>How often the folder is looked at.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long nothing may have changed before training begins: whoever copies images is then done.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many points of mean class accuracy the new model may be worse by.</summary>
    [Range(0, 100)]
    public double Tolerance { get; init; } = 0.5;
}
