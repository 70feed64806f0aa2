using System.Collections.Immutable;
using LiftPlus.Data;
using LiftPlus.Evaluation.Diagnostics;
using LiftPlus.Validation;

namespace LiftPlus;

/// <summary>
/// Shows why heavy fine-tuning hurts the tail (arXiv 2309.10019, section 3): it draws the few training images of a rare class together but
/// not its test images, so that p(x | y) differs between them. The distance of an image with features z from its class c is 1 - cos(z,
/// m_c), where m_c = Σ z / |z| over the training images of the class. For each group of classes the distances of training and test images
/// are compared.
/// </summary>
public sealed record FeatureDiagnostic
{
    /// <summary>Gets the classes and their training counts.</summary>
    public required ClassDistribution Classes { get; init; }

    /// <summary>Gets the groups that have classes with training and test images.</summary>
    public required ImmutableArray<GroupDistances> Groups { get; init; }

    /// <summary>Gets the similarities of the class means.</summary>
    public required ClassSimilarity Similarity { get; init; }

    /// <summary>Gets the wall time in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Returns the distances of a group; null if it has none.</summary>
    public GroupDistances? GetDistances(ShotGroup group) => Groups.FirstOrDefault(distances => distances.Group == group);

    /// <summary>Measures the features of a model's image encoder, before the classifier.</summary>
    /// <param name="model">The model; a <see cref="ZeroShotClassifier"/> measures the backbone before training.</param>
    /// <param name="train">The images it was trained on; class names must be the model's, in any order.</param>
    /// <param name="test">Images it was not trained on; class names as above.</param>
    /// <param name="options">How many images to use.</param>
    /// <param name="progress">Receives the progress after every batch, over both sets.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">
    /// An option is out of its range, class names differ, an image cannot be read, or no class has two training images and a test image.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
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

    /// <summary>
    /// Returns the numbers as JSON (docs/report.md): for each group both means, the gap and the divergence, and the similarity of its
    /// classes with others.
    /// </summary>
    public string ToJson() => DiagnosticJson.Write(this);
}
