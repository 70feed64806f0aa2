using LiftPlus.Data;

namespace LiftPlus;

/// <summary>
/// Takes the view of evaluation, the same in every epoch. If only the classifier is trained, each image's features are then computed only
/// once.
/// </summary>
public sealed record NoAugmentationOptions : AugmentationOptions
{
    /// <inheritdoc/>
    public override string Type => "none";

    /// <inheritdoc/>
    public override bool IsRandom => false;

    /// <inheritdoc/>
    public override TransformPipeline CreatePipeline(int inputSize) => TransformPipeline.Evaluation(inputSize);

    internal override TransformPipeline CreatePipeline(int inputSize, ImageResizing resizing) =>
        TransformPipeline.Evaluation(inputSize, expand: null, resizing);
}
