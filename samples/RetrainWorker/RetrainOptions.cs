using System.ComponentModel.DataAnnotations;

namespace LiftPlus.Samples.RetrainWorker;

/// <summary>Specifies what to watch, and when a new model replaces the old one.</summary>
public sealed record RetrainOptions
{
    /// <summary>Gets the folder of images, with one folder per class.</summary>
    [Required]
    public string Images { get; init; } = "";

    /// <summary>Gets the folder of the model. A server that watches it loads each new model.</summary>
    [Required]
    public string Model { get; init; } = "";

    /// <summary>
    /// Gets a folder of images to compare models on, with the same classes; null holds out a part of <see cref="Images"/>.
    /// </summary>
    public string? HeldOut { get; init; }

    /// <summary>Gets the share of each class to hold out. File names decide which images those are, so that the split is stable.</summary>
    [Range(0.01, 0.9)]
    public double HeldOutPart { get; init; } = 0.2;

    /// <summary>Gets the time between two looks at the folder.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long the folder must be unchanged before training starts, so that copying can finish.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how much mean class accuracy a new model may lose, in percentage points.</summary>
    [Range(0, 100)]
    public double Tolerance { get; init; } = 0.5;
}
