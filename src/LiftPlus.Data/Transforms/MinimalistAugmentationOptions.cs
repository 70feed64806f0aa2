using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Takes square crops whose smallest area grows over training, and changes nothing else (minimalist data augmentation, arXiv 2504.13282).
/// The area is uniform in [min(m, q), min(1, q)] of the image's, q being that of the largest square and m = 0.08 + 0.92 s(t).
/// </summary>
public sealed record MinimalistAugmentationOptions : AugmentationOptions
{
    /// <inheritdoc/>
    public override string Type => "minimalist";

    /// <summary>Gets the shape s(t) by which the smallest crop area grows over training.</summary>
    /// <value>The default value is <see cref="ScheduleShape.Convex"/>.</value>
    public ScheduleShape Schedule { get; init; } = ScheduleShape.Convex;

    /// <inheritdoc/>
    public override TransformPipeline CreatePipeline(int inputSize) => CreatePipeline(inputSize, default);

    internal override TransformPipeline CreatePipeline(int inputSize, ImageResizing resizing) =>
        new(inputSize, new MinimalistCrop(inputSize, Schedule) { Filter = resizing.Filter });
}
