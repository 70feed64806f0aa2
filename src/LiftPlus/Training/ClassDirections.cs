using LiftPlus.Classifiers;
using LiftPlus.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Training;

/// <summary>Computes the first weights (C, D) of the classifier from class names or from training images.</summary>
internal static class ClassDirections
{
    private const int ImagesPerClass = 100;

    public static Tensor FromText(
        Backbone backbone,
        IReadOnlyList<IReadOnlyList<string>> classTexts,
        IReadOnlyList<string> classNames,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        Tensor? projection = backbone.LinearProjection();
        int texts = classTexts.Sum(of => of.Count);
        var described = new ProgressMap<double, TrainingProgress>(progress, share => new TrainingProgress
        {
            Phase = TrainingPhase.Preparing,
            Done = (long)Math.Round(share * texts),
            Total = texts,
        });
        using Tensor embeddings = ClassTextEncoder.Encode(backbone, classTexts, described, classNames, cancellationToken);
        return SemanticInitializer.Directions(embeddings, projection);
    }

    /// <summary>Computes them from up to 100 images of each class, drawn by the recipe's seed, in the plain transform.</summary>
    public static Tensor FromImages(
        FineTunedModel model,
        ImageDataset train,
        ClassifierInitialization kind,
        FineTuningServices services,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        int[] drawn = new CappedSampler(ImagesPerClass).Order(train, model.Recipe.Training.Seed, 0);
        var subset = new ImageDataset(drawn.Order().Select(place => train[place]), train.ClassNames); // in their order on disk
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> features = [],
            labels = [];
        PlainFeatures.ForEach(
            model.Backbone,
            model.Recipe,
            subset,
            services,
            progress,
            (places, encoded) =>
            {
                features.Add(encoded.MoveToOuterDisposeScope());
                labels.Add(subset.LabelsOf(places).to(model.Device).MoveToOuterDisposeScope());
            },
            cancellationToken
        );

        Tensor all = cat(features, 0),
            of = cat(labels, 0); // (N, D), (N)
        using var random = new Generator((ulong)model.Recipe.Training.Seed);
        Tensor directions =
            kind == ClassifierInitialization.ClassMean
                ? ClassMeanInitializer.Directions(all, of, train.Classes.ClassCount, random)
                : LinearProbeInitializer.Directions(all, of, train.Classes.ClassCount, random);
        return directions.MoveToOuterDisposeScope();
    }
}
