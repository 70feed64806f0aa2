using System.Collections.Immutable;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Decisions;
using LiftPlus.Inference;
using LiftPlus.Models;
using LiftPlus.Texts;
using LiftPlus.Validation;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

public abstract partial class ImageClassifier
{
    private const int ImagesPerPass = 1000;

    /// <summary>
    /// Finds labels that are likely wrong, copies, and copies in the test set. Features are computed once; every image is judged by
    /// classifiers that were made from other images, by the most similar other images, and by the texts of the classes if the backbone
    /// reads texts. Nothing is trained.
    /// </summary>
    /// <remarks>
    /// It needs 4 (D + 4 C) bytes of memory for an image with D features and C classes. A model that was trained on the same labels is
    /// likelier to agree with them than one that was not, such as a <see cref="ZeroShotClassifier"/>.
    /// </remarks>
    /// <param name="images">Labelled images; the classes need not be the model's.</param>
    /// <param name="test">Images that must not be among them; null for none.</param>
    /// <param name="options">How labels are judged; null for the defaults.</param>
    /// <param name="progress">Called after every batch with the number of images.</param>
    /// <param name="cancellationToken">Stops between batches and between steps.</param>
    /// <exception cref="LiftPlusException">
    /// An image cannot be read, an option is out of range, the test set has other classes, or there are too many images for one audit.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public LabelAudit AuditLabels(
        ImageDataset images,
        ImageDataset? test = null,
        LabelAuditOptions? options = null,
        IProgress<DatasetCheckProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new LabelAuditOptions();
        OptionsValidator.ThrowIfInvalid(options);
        using ModelUse use = Enter();
        if ((long)images.Count * images.ClassNames.Count > Array.MaxLength)
            throw new LiftPlusException(
                $"{images.Count:N0} images of {images.ClassNames.Count:N0} classes are too many for one audit; at most "
                    + $"{Array.MaxLength / images.ClassNames.Count:N0} images of so many classes are. Audit parts (Subset)."
            );
        AuditedImages train = ReadAudited(images, images.ClassNames, withTexts: true, progress, cancellationToken);
        AuditedImages? others = test is null ? null : ReadAudited(test, images.ClassNames, withTexts: false, progress, cancellationToken);
        LabelEvidence evidence = LabelEvidence.Of(train, images.ClassNames.Count, options, cancellationToken);
        return new LabelAudit(
            images,
            test,
            [
                .. others is null ? [] : LabelFindings.InTest(train, others, options, cancellationToken).Select(Located(train, others)),
                .. LabelFindings.Of(evidence, train.Labels).Select(Located(train, train)),
            ]
        );
    }

    /// <summary>
    /// Chooses images that are worth labelling, the most valuable first. The same images and labels always give the same choice.
    /// </summary>
    /// <param name="images">Unlabelled images.</param>
    /// <param name="budget">The number of images to choose; all are ranked if there are fewer.</param>
    /// <param name="strategy">Which ones are worth most.</param>
    /// <param name="labeled">
    /// The images that have labels, which <see cref="LabelingStrategy.Coverage"/> keeps away from; null for none.
    /// </param>
    /// <param name="progress">Called after every batch with the number of images.</param>
    /// <param name="cancellationToken">Stops between batches and between steps.</param>
    /// <exception cref="LiftPlusException">The budget is below 1, there are no images, or one cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ImmutableArray<LabelingChoice> ChooseToLabel(
        IEnumerable<ImageSource> images,
        int budget,
        LabelingStrategy strategy = LabelingStrategy.TailWeighted,
        ImageDataset? labeled = null,
        IProgress<DatasetCheckProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        using ModelUse use = Enter();
        if (budget < 1)
            throw new LiftPlusException($"The budget is {budget} images; choose 1 or more.");
        if (!Enum.IsDefined(strategy))
            throw new LiftPlusException(
                $"The strategy is {strategy}; choose one of {string.Join(", ", Enum.GetNames<LabelingStrategy>())}."
            );
        (ImageSource Source, int Label)[] listed = [.. images.Select(image => (image, -1))];
        ScoredImages scored = ScoredImages.Read(this, listed, cancellationToken, null, progress);
        Rows probabilities = VoterWeights.Combine([scored.Logits], [1]);
        int[] chosen = strategy switch
        {
            LabelingStrategy.Margin => LabelingOrder.ByMargin(probabilities, budget),
            LabelingStrategy.Coverage => Cover(),
            _ => LabelingOrder.ByTail(probabilities, use.Head.Classes.Counts, budget),
        };
        return
        [
            .. chosen.Select(row => new LabelingChoice(
                scored.Places[row],
                listed[scored.Places[row]].Source.Name,
                Probabilities.Largest(probabilities[row]),
                LabelingOrder.Margin(probabilities[row])
            )),
        ];

        int[] Cover()
        {
            Rows? known = labeled is null
                ? null
                : ScoredImages.Read(this, [.. labeled.Select(image => (image.Source, -1))], cancellationToken, null, progress).Features;
            return LabelingOrder.ByCoverage(scored.Features.Normalized(), known?.Normalized(), budget, cancellationToken);
        }
    }

    /// <summary>
    /// Forecasts how many more images each class would need to be recognised more often. Learning curves a - b n^-c are fitted to
    /// classifiers that are made from parts of the images, on features that are computed once. Nothing is trained.
    /// </summary>
    /// <remarks>
    /// The classifier is simpler than a fine-tuned one, so that numbers are a guide to the effort rather than a promise. The other classes
    /// are taken as they are.
    /// </remarks>
    /// <param name="images">Labelled images; the classes need not be the model's.</param>
    /// <param name="accuracy">The share of a class's images that are to be recognised, in percent.</param>
    /// <param name="seed">The seed of the trials and of the intervals.</param>
    /// <param name="progress">Called after every batch with the number of images.</param>
    /// <param name="cancellationToken">Stops between batches and between classes.</param>
    /// <returns>One forecast for each class that has images, in label order.</returns>
    /// <exception cref="LiftPlusException">The accuracy is not above 0 and below 100, or an image cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ImmutableArray<ImageForecast> ForecastImages(
        ImageDataset images,
        double accuracy,
        int seed = 0,
        IProgress<DatasetCheckProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        using ModelUse use = Enter();
        if (accuracy is not (> 0 and < 100))
            throw new LiftPlusException($"The accuracy is {accuracy} %; it must be above 0 and below 100.");
        ScoredImages scored = ScoredImages.Read(
            this,
            [.. images.Select(image => (image.Source, image.Label))],
            cancellationToken,
            null,
            progress
        );
        return [.. ForecastFit.Of(scored.Features, scored.Labels, images.ClassNames, accuracy / 100, seed, cancellationToken)];
    }

    /// <summary>Computes what an audit needs.</summary>
    /// <param name="images">The images.</param>
    /// <param name="classNames">The classes that labels are of.</param>
    /// <param name="withTexts">Whether the images are compared with the texts of the classes, if the backbone reads texts.</param>
    /// <param name="progress">Called after every batch with the number of images.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="LiftPlusException">An image cannot be read, or a class is not among the names.</exception>
    internal AuditedImages ReadAudited(
        ImageDataset images,
        IReadOnlyList<string> classNames,
        bool withTexts,
        IProgress<DatasetCheckProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using ModelUse use = Enter();
        ImmutableArray<int> labelOf = ClassNameMap.Match(images.ClassNames, classNames);
        ImageLooks looks = new();
        ScoredImages scored = ScoredImages.Read(
            this,
            [.. images.Select(image => (image.Source, labelOf[image.Label]))],
            cancellationToken,
            looks,
            progress
        );
        return new AuditedImages(scored.Features, scored.Labels, looks.Hashes, looks.ToRows())
        {
            Places = scored.Places,
            Texts = withTexts ? TextLogits(scored.Features, classNames, use.Head.Recipe, cancellationToken) : default,
        };
    }

    // Findings name images by their places in the dataset, of which some may have been skipped.
    private static Func<LabelFinding, LabelFinding> Located(AuditedImages images, AuditedImages others) =>
        finding =>
            finding with
            {
                Index = images.Places[finding.Index],
                OtherIndex = finding.OtherIndex is int other ? others.Places[other] : null,
            };

    // The logits (N, C) of CLIP for the texts of any classes; of width 0 if the backbone does not read texts.
    private Rows TextLogits(Rows features, IReadOnlyList<string> names, FineTuningRecipe recipe, CancellationToken cancellationToken)
    {
        if (Backbone.Text is null || Backbone.Tokenizer is null)
            return default;
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        HashSet<string> keys = [.. names.Select(ClassName.Key)];
        FineTuningRecipe ofNames = recipe with
        {
            Peft = [],
            ClassDescriptions = recipe
                .ClassDescriptions.Where(entry => keys.Contains(ClassName.Key(entry.Key)))
                .ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
        Tensor texts = ClassTextEncoder.Encode(
            Backbone,
            ModelFactory.ClassTexts(ofNames, names),
            classNames: names,
            cancellationToken: cancellationToken
        ); // (C, E)
        float[] logits = new float[features.Count * names.Count];
        int done = 0;
        foreach (int[] rows in Enumerable.Range(0, features.Count).Chunk(ImagesPerPass))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DisposeScope pass = NewDisposeScope();
            Tensor part = Products.ToTensor(features.Take(rows)).to(Device);
            Numbers(Backbone.Logits(Backbone.ProjectImage(part), texts)).CopyTo(logits, done);
            done += rows.Length * names.Count;
        }

        return new Rows(logits, names.Count);
    }
}
