using System.Collections.Immutable;
using System.Diagnostics;
using LiftPlus.Data;
using LiftPlus.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Evaluation.Diagnostics;

/// <summary>
/// Measures features for a <see cref="FeatureDiagnostic"/> in one pass over training images and one over test images. It holds the training
/// features, and the test features of one batch at a time.
/// </summary>
internal sealed class FeatureSurvey(
    ImageClassifier model,
    FeatureDiagnosticOptions options,
    IProgress<EvaluationProgress>? progress,
    CancellationToken cancellationToken
)
{
    private readonly ClassDistribution _classes = model.Classes;
    private int _done,
        _batches;

    public FeatureDiagnostic Run(ImageDataset train, ImageDataset test)
    {
        using IDisposable use = model.Enter();
        var clock = Stopwatch.StartNew();
        (ImageDataset trainPart, ImmutableArray<int> trainLabels) = Draw(train);
        (ImageDataset testPart, ImmutableArray<int> testLabels) = Draw(test);
        int batchSize = model.Inference.BatchSize;
        _batches = (trainPart.Count + batchSize - 1) / batchSize + (testPart.Count + batchSize - 1) / batchSize;

        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        (Tensor sums, List<(int Label, double Distance)> trainDistances) = MeasureTraining(trainPart, trainLabels);
        List<(int, double)> testDistances = [];
        Tensor directions = TensorMath.Normalize(sums);
        foreach ((Tensor features, Tensor labels) in Features(testPart, testLabels))
            testDistances.AddRange(Pair(labels, features.mul(directions.index_select(0, labels)).sum(1), (_, cosine) => 1 - cosine));
        return new FeatureDiagnostic
        {
            Classes = _classes,
            Groups = Groups(trainDistances, testDistances),
            Similarity = Similarity(directions, [.. trainDistances.Select(entry => entry.Label).Distinct()]),
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    // Sums of unit features (C, D), and the distance of each training image. With S the sum of the class and f the unit features of an
    // image, the sum of the others is S - f, so that f·(S - f) = f·S - 1 and |S - f|² = |S|² - 2·f·S + 1.
    private (Tensor Sums, List<(int, double)> Distances) MeasureTraining(ImageDataset train, ImmutableArray<int> labels)
    {
        List<Tensor> features = [],
            of = [];
        Tensor sums = zeros([_classes.ClassCount, model.Backbone.Image.FeatureDimension]);
        foreach ((Tensor batch, Tensor batchLabels) in Features(train, labels))
        {
            sums.index_add_(0, batchLabels, batch, TensorMath.One);
            features.Add(batch.MoveToOuterDisposeScope());
            of.Add(batchLabels.MoveToOuterDisposeScope());
        }

        double[] squares = [.. sums.square().sum(1).data<float>().Select(value => (double)value)];
        int[] counts = new int[_classes.ClassCount];
        foreach (Tensor batch in of)
        {
            foreach (long label in batch.data<long>())
                counts[label]++;
        }

        List<(int, double)> distances = [];
        for (int i = 0; i < features.Count; i++)
        {
            using (NewDisposeScope())
            {
                distances.AddRange(
                    Pair(of[i], features[i].mul(sums.index_select(0, of[i])).sum(1), (label, product) =>
                            options.LeaveOneOut
                                ? 1 - (product - 1) / Math.Sqrt(Math.Max(squares[label] - 2 * product + 1, double.Epsilon))
                                : 1 - product / Math.Sqrt(squares[label])
                        )
                        .Where(entry => counts[entry.Label] > 1)
                );
            }
        }

        return (sums, distances);
    }

    private static IEnumerable<(int Label, double Distance)> Pair(Tensor labels, Tensor products, Func<int, double, double> distance) =>
        labels
            .data<long>()
            .ToArray()
            .Zip(products.data<float>().ToArray(), (label, product) => ((int)label, Math.Clamp(distance((int)label, product), 0, 2)));

    // At most so many of each class, in their order on disk; with the model's label of each.
    private (ImageDataset Part, ImmutableArray<int> Labels) Draw(ImageDataset images)
    {
        ImmutableArray<int> labelOf = ClassNameMap.Match(images.ClassNames, _classes.Names);
        ImageDataset part = images.Subset(new CappedSampler(options.ImagesPerClass).Order(images, options.Seed, 0).Order());
        return (part, [.. part.Select(image => labelOf[image.Label])]);
    }

    // Unit features (B, D) and labels (B) on the processor; both belong to the scope that a batch lives in.
    private IEnumerable<(Tensor Features, Tensor Labels)> Features(ImageDataset images, ImmutableArray<int> labels)
    {
        InferenceOptions inference = model.Inference with { TestTimeEnsemble = false };
        Device device = model.Device;
        using BatchLoader loader = InferenceLoader.Create(images, model.Backbone.Config.Preprocess, inference, model.Decoder);
        foreach (ImageBatch batch in loader.ReadEpoch(0, 0, cancellationToken: cancellationToken))
        {
            using (batch)
            using (NewDisposeScope())
            {
                Tensor features;
                using (model.UseProducts(device))
                    features = TensorMath.Normalize(model.Backbone.EncodeImage(batch.Images.to(device)).to(float32)).cpu();
                yield return (features, tensor([.. batch.Indices.Select(index => (long)labels[index])]));
            }

            progress?.Report(new EvaluationProgress(++_done, _batches));
        }
    }

    private ImmutableArray<GroupDistances> Groups(List<(int Label, double Distance)> train, List<(int Label, double Distance)> test)
    {
        ILookup<int, double> trainOf = train.ToLookup(entry => entry.Label, entry => entry.Distance),
            testOf = test.ToLookup(entry => entry.Label, entry => entry.Distance);
        ImmutableArray<GroupDistances> groups =
        [
            .. trainOf
                .Select(entry => entry.Key)
                .Where(testOf.Contains)
                .GroupBy(_classes.GroupOf)
                .OrderBy(group => group.Key)
                .Select(group => new GroupDistances
                {
                    Group = group.Key,
                    Classes = group.Count(),
                    Train = new WeightedSample(group.SelectMany(label => Weighted(trainOf[label]))),
                    Test = new WeightedSample(group.SelectMany(label => Weighted(testOf[label]))),
                }),
        ];
        return !groups.IsEmpty
            ? groups
            : throw new LiftPlusException(
                "No class has two training images and a test image, so there are no distances to compare; "
                    + "give both sets images of the same classes."
            );

        static IEnumerable<(double, double)> Weighted(IEnumerable<double> distances)
        {
            double[] all = [.. distances];
            return all.Select(distance => (distance, 1.0 / all.Length));
        }
    }

    private ClassSimilarity Similarity(Tensor directions, int[] labels)
    {
        int[] ranked = [.. labels.OrderByDescending(label => _classes.Counts[label]).ThenBy(label => label)];
        int n = Math.Min(ranked.Length, options.SimilarityClasses);
        int[] taken = [.. Enumerable.Range(0, n).Select(i => ranked[n == 1 ? 0 : (int)((long)i * (ranked.Length - 1) / (n - 1))])];
        Tensor rows = directions.index_select(0, tensor([.. taken.Select(label => (long)label)]));
        return new ClassSimilarity { Labels = [.. taken], Values = [.. rows.mm(rows.t()).contiguous().data<float>()] };
    }
}
