using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>How a trained model looks at an image.</summary>
public sealed record InferenceOptions
{
    /// <summary>Whether the logits of five crops (four corners and the centre) are averaged instead of one centre crop's.</summary>
    /// <value>The default value is false.</value>
    public bool TestTimeEnsemble { get; init; }

    /// <summary>Gets a value that indicates whether a test-time ensemble also averages the mirrored crops: ten in place of five.</summary>
    /// <value>The default value is false. Ignored without <see cref="TestTimeEnsemble"/>.</value>
    public bool MirrorCrops { get; init; }

    /// <summary>How much longer than the input the short side is resized before cropping, in pixels.</summary>
    /// <value>The default is null: a seventh of the input for one crop, 24 for five.</value>
    [Range(0, 10_000)]
    public int? Expand { get; init; }

    /// <summary>Images per forward pass; with five crops each crop counts.</summary>
    /// <value>The default value is 64.</value>
    [Range(1, 100_000)]
    public int BatchSize { get; init; } = 64;

    /// <summary>How the processor multiplies activations with weights in float32. Without effect on a GPU.</summary>
    /// <value>The default value is <see cref="LiftPlus.LinearProduct.Auto"/>.</value>
    public LinearProduct LinearProduct { get; init; }

    /// <summary>
    /// What happens when an image cannot be read: the call fails and names it, or leaves it out. An evaluation lists what was left out
    /// (<see cref="EvaluationReport.SkippedImages"/>), predictions lack it.
    /// </summary>
    /// <value>The default value is <see cref="UnreadablePolicy.Fail"/>.</value>
    public UnreadablePolicy Unreadable { get; init; }
}
