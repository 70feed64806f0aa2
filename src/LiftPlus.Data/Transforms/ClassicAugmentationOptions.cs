using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Takes random resized crops (area 0.08 to 1 of the image's, aspect ratio 3/4 to 4/3; arXiv 1409.4842) and mirrors half of the images, as
/// LIFT (arXiv 2309.10019) and most other methods do.
/// </summary>
public sealed record ClassicAugmentationOptions : AugmentationOptions
{
    /// <inheritdoc/>
    public override string Type => "classic";

    /// <inheritdoc/>
    public override TransformPipeline CreatePipeline(int inputSize) => CreatePipeline(inputSize, default);

    internal override TransformPipeline CreatePipeline(int inputSize, ImageResizing resizing) =>
        new(inputSize, new RandomResizedCrop(inputSize) { Filter = resizing.Filter }, new HorizontalFlip());
}
