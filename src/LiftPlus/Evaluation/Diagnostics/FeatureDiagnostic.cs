using System.Collections.Immutable;
using LiftPlus.Data;
using LiftPlus.Evaluation.Diagnostics;
using LiftPlus.Validation;

namespace LiftPlus;

/// <summary>
/// Why heavy fine-tuning hurts the tail (arXiv 2309.10019, section 3): it draws the few training images of a rare class together without drawing its test
/// images along, so that p(x | y) is no longer the same for both. Here an image with feature z of class c is 1 - cos(z, m_c) from the class's mean
/// m_c = Σ z / |z| over training images, and for each group of classes the distances of training and test images are compared.
/// </summary>
public sealed record FeatureDiagnostic
{
    /// <summary>The classes and their training counts.</summary>
    public required ClassDistribution Classes { get; init; }

    /// <summary>The groups that have classes with training and test images.</summary>
    public required ImmutableArray<GroupDistances> Groups { get; init; }

    /// <summary>How alike the classes' means are.</summary>
    public required ClassSimilarity Similarity { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>A group's distances; null when it has none.</summary>
    public GroupDistances? Of(ShotGroup group) => Groups.FirstOrDefault(distances => distances.Group == group);

    /// <summary>Looks at a model's features: the image encoder's, before the head.</summary>
    /// <param name="model">The model; a <see cref="ZeroShotClassifier"/> shows the backbone as it came.</param>
    /// <param name="train">The images it was trained on; class names must be the model's, in any order.</param>
    /// <param name="test">Images it was not trained on; likewise.</param>
    /// <param name="options">How many images to look at.</param>
    /// <param name="progress">Called after every batch, of both sets together.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">
    /// An option is out of its range, class names differ, an image cannot be read, or no class has two training images and a test image.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static FeatureDiagnostic Measure(
        ImageClassifier model,
        ImageDataset train,
        ImageDataset test,
        FeatureDiagnosticOptions? options = null,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new FeatureDiagnosticOptions();
        OptionsValidator.ThrowIfInvalid(options);
        return new FeatureSurvey(model, options, progress, cancellationToken).Run(train, test);
    }

    /// <summary>The numbers as JSON (docs/report.md): for each group both means, the gap and the divergence, and the similarity of its classes with others.</summary>
    public string ToJson() => DiagnosticJson.Write(this);
}
