using System.Collections.Immutable;
using LiftPlus.Data;
using LiftPlus.Decisions;
using LiftPlus.Evaluation;
using LiftPlus.Inference;
using LiftPlus.Models;
using LiftPlus.Validation;

namespace LiftPlus;

public sealed partial class FineTunedModel
{
    private const int PolicySeed = 0;

    /// <summary>
    /// Gets or sets the decisions on top of the scores: calibrated probabilities, sets and unknown images, which every prediction then has.
    /// Null without: the probabilities are the model's own. A change of the classes removes it.
    /// </summary>
    /// <exception cref="LiftPlusException">
    /// It was fitted to other classes or another number of features, or a number that the caller set is out of range.
    /// </exception>
    public PredictionPolicy? Policy
    {
        get => Head.Policy;
        set
        {
            lock (_changes)
            {
                ModelHead head = Head;
                if (value is not null)
                {
                    PolicyCheck.ThrowIfInvalid(value);
                    if (!value.Classes.Names.SequenceEqual(head.Classes.Names))
                        throw new LiftPlusException(
                            $"The policy was fitted to {value.Classes.ClassCount} classes from '{value.Classes.Names[0]}' on, and the "
                                + $"model has {head.Classes.ClassCount} from '{head.Classes.Names[0]}' on. "
                                + $"Fit it to this model ({nameof(FitPolicy)})."
                        );
                    if (value.FeatureWidth is int width && width != Backbone.Image.FeatureDimension)
                        throw new LiftPlusException(
                            $"The policy was fitted to {width} features, and {Backbone.Config.Name} has {Backbone.Image.FeatureDimension}. "
                                + $"Fit it to this model ({nameof(FitPolicy)})."
                        );
                }

                head.Policy = value;
            }
        }
    }

    /// <summary>
    /// Fits <see cref="Policy"/> to this model: temperatures by cross-entropy, sets and the threshold for unknown images by split conformal
    /// prediction. Nothing is trained. It holds for images prepared as now (<see cref="ImageClassifier.Inference"/>).
    /// </summary>
    /// <param name="validation">Labelled images that the model was not trained on; class names must be the model's, in any order.</param>
    /// <param name="train">
    /// The training images, for an <see cref="UnknownMeasure"/> that needs them and for
    /// <see cref="PredictionPolicyOptions.KeepTrainingImages"/>.
    /// </param>
    /// <param name="options">What is promised; null for the defaults.</param>
    /// <param name="cancellationToken">Stops between batches; the model keeps its policy.</param>
    /// <returns>The policy, which the model has from now on.</returns>
    /// <exception cref="LiftPlusException">
    /// Class names differ, an image cannot be read, an option is out of range, or training images are missing or too few.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public PredictionPolicy FitPolicy(
        ImageDataset validation,
        ImageDataset? train = null,
        PredictionPolicyOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new PredictionPolicyOptions();
        OptionsValidator.ThrowIfInvalid(options);
        if (options.KeepTrainingImages && train is null)
            throw new LiftPlusException(
                $"{nameof(PredictionPolicyOptions)}.{nameof(PredictionPolicyOptions.KeepTrainingImages)} needs training images; give them "
                    + $"to {nameof(FitPolicy)}."
            );
        using ModelUse use = Enter();
        bool needsTraining = options.UnknownMeasure != UnknownMeasure.MaximumSoftmax || options.KeepTrainingImages;
        ImageDataset? drawn = needsTraining && train is not null ? Draw(train, options.MaxTrainingImages) : null;
        ScoredImages? known = drawn is null ? null : Read(drawn, cancellationToken);
        string[] names = [];
        if (options.KeepTrainingImages && known is not null)
            (known, names) = TrainingImagesFit.Sort(known, ImageNames.From(drawn!));
        PredictionPolicy policy = PolicyFit.Fit(
            Read(validation, cancellationToken),
            known,
            use.Head.Classes,
            use.Head.Recipe.Loss.LogPrior(use.Head.Classes),
            options
        );
        return Policy =
            options.KeepTrainingImages && known is not null
                ? policy with
                {
                    TrainingImages = TrainingImagesFit.Fit(policy, known, names),
                }
                : policy;
    }

    /// <summary>Measures what <see cref="Policy"/> does on test images, beside what it promises.</summary>
    /// <param name="test">Labelled images that it was not fitted on.</param>
    /// <param name="unknown">Images that show none of the classes; null for none.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">There is no policy, class names differ, or an image cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public PolicyReport EvaluatePolicy(
        ImageDataset test,
        IEnumerable<ImageSource>? unknown = null,
        CancellationToken cancellationToken = default
    )
    {
        using ModelUse use = Enter();
        PredictionPolicy policy = RequirePolicy();
        return PolicyMeasurement.Measure(
            policy,
            Read(test, cancellationToken),
            unknown is null ? null : ScoredImages.Read(this, [.. unknown.Select(image => (image, -1))], cancellationToken)
        );
    }

    /// <summary>
    /// Estimates the mix of classes of unlabelled images, and adapts <see cref="Policy"/> to it if it is distinguishable from the mix that
    /// the model was trained for. Otherwise predictions are for that mix (again).
    /// </summary>
    /// <param name="images">Images as they come in use, some hundreds or more.</param>
    /// <param name="options">How the mix is estimated, and when it is believed; null for the defaults.</param>
    /// <param name="cancellationToken">Stops between batches; the policy stays as it is.</param>
    /// <exception cref="LiftPlusException">There is no policy, an image cannot be read, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public MixEstimate AdaptTo(IEnumerable<ImageSource> images, MixOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new MixOptions();
        OptionsValidator.ThrowIfInvalid(options);
        using ModelUse use = Enter();
        PredictionPolicy policy = RequirePolicy();
        ScoredImages scored = ScoredImages.Read(this, [.. images.Select(image => (image, -1))], cancellationToken);
        MixEstimate estimate = MixEstimate.From(policy, scored.Logits, options);
        Policy = estimate.IsShifted
            ? policy with
            {
                Prior = estimate.Prior,
                PriorStrength = options.Strength,
            }
            : policy with
            {
                Prior = null,
                PriorStrength = 1,
            };
        return estimate;
    }

    private PredictionPolicy RequirePolicy() =>
        Policy ?? throw new LiftPlusException($"The model has no policy. Call {nameof(FitPolicy)} with validation images first.");

    private ScoredImages Read(ImageDataset images, CancellationToken cancellationToken)
    {
        ImmutableArray<int> labelOf = ClassNameMap.Match(images.ClassNames, ClassNames);
        return ScoredImages.Read(this, [.. images.Select(image => (image.Source, labelOf[image.Label]))], cancellationToken);
    }

    // The most images of each class that stay within the limit together.
    private static ImageDataset Draw(ImageDataset images, int most)
    {
        int low = 1,
            high = images.Classes.Counts.Max();
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (images.Classes.Counts.Sum(count => (long)Math.Min(count, middle)) <= most)
                low = middle;
            else
                high = middle - 1;
        }

        return images.Subset(new CappedSampler(low).Order(images, PolicySeed, 0).Order());
    }
}
