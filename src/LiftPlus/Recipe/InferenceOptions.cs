using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Specifies how images are prepared for a trained model.</summary>
public sealed record InferenceOptions
{
    /// <summary>
    /// Gets whether the logits of five crops (four corners and the centre) are averaged, instead of using one centre crop.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool TestTimeEnsemble { get; init; }

    /// <summary>Gets a value that indicates whether a test-time ensemble also averages the mirrored crops: ten in place of five.</summary>
    /// <value>The default value is false. Ignored without <see cref="TestTimeEnsemble"/>.</value>
    public bool MirrorCrops { get; init; }

    /// <summary>Gets how many pixels longer than the input the short side is after resizing, before the crop.</summary>
    /// <value>
    /// The default is null: a seventh of the input for one crop; for five or ten 24 at 224 pixels (as published) and in proportion at other
    /// sizes, rounded (3 at 32 pixels). A model that squashes images sees all of them in one crop: 0.
    /// </value>
    [Range(0, 4096)]
    public int? Expand { get; init; }

    /// <summary>Gets the number of images per forward pass; with several crops, each crop counts.</summary>
    /// <value>The default value is 64.</value>
    [Range(1, 100_000)]
    public int BatchSize { get; init; } = 64;

    /// <summary>Gets how the processor multiplies activations with weights in float32. Without effect on a GPU.</summary>
    /// <value>The default value is <see cref="LiftPlus.LinearProduct.Auto"/>.</value>
    public LinearProduct LinearProduct { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the model keeps a second copy of its weights in the order in which the processor's matrix
    /// product reads them. One image of a ViT-B/16 then takes a fifth less time, a batch of eight 5 % less.
    /// </summary>
    /// <value>
    /// The default value is false. The first prediction makes the copies, which take about 1.3 times the memory of the weights. Without
    /// effect on a GPU, in other types than float32 and in layers that are less than 256 wide.
    /// </value>
    public bool PackWeights { get; init; }

    /// <summary>
    /// Gets what happens when an image cannot be read: the call fails and names it, or the image is left out. An evaluation lists such
    /// images in <see cref="EvaluationReport.SkippedImages"/>; predictions do not contain them.
    /// </summary>
    /// <value>The default value is <see cref="UnreadablePolicy.Fail"/>.</value>
    public UnreadablePolicy Unreadable { get; init; }
}
