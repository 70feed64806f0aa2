using System.Globalization;
using LiftPlus.Samples.Pretraining;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Represents ShapesLT on one foundation of the ladder.</summary>
internal sealed class RungWorld(Strength strength, string folder) : World
{
    private readonly DrawnWorld _images = new();

    /// <inheritdoc/>
    public override string Id => $"{_images.Id} {strength.Name}";

    /// <inheritdoc/>
    public override string Title => strength.Title;

    /// <inheritdoc/>
    public override string Description =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"TinyClip after {strength.Steps:N0} steps, {100 * strength.TaskStyle:0} % of its images in the style of the task."
        );

    /// <inheritdoc/>
    public override Rank Ranks => Rank.Last;

    /// <inheritdoc/>
    public override int TrainingImages => _images.TrainingImages;

    /// <inheritdoc/>
    public override string BackboneFolder => folder;

    /// <inheritdoc/>
    public override string Fingerprint(int seed) => _images.Fingerprint(seed);

    /// <inheritdoc/>
    public override (ImageDataset Train, ImageDataset Test) Load(int seed) => _images.Load(seed);
}
