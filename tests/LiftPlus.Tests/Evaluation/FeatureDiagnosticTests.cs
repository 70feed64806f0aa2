using System.Text.Json.Nodes;
using LiftPlus.Data;
using LiftPlus.Inference;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Evaluation;

public sealed class FeatureDiagnosticTests
{
    [Fact]
    public void WassersteinFollowsItsClosedForms()
    {
        double[] values = [0.1, 0.5, 0.7];
        WeightedSample sample = new(values.Select(value => (value, 1.0))),
            moved = new(values.Select(value => (value + 0.25, 2.0)));
        Assert.Equal(0.25, WeightedSample.Wasserstein(sample, moved), 1e-12); // a shift
        Assert.Equal(0, WeightedSample.Wasserstein(sample, sample), 1e-12);
        Assert.Equal(0.4, WeightedSample.Wasserstein(new([(0.2, 1)]), new([(0.6, 5)])), 1e-12); // two points
        WeightedSample half = new([(0, 1), (1, 1)]),
            quarter = new([(1, 1), (0, 3)]);
        Assert.Equal(0.25, WeightedSample.Wasserstein(half, quarter), 1e-12); // a quarter of the weight goes from 1 to 0
        // Uniform on [0, 1] against uniform on [0, 2]: ∫ |x - x/2| + ∫ (1 - x/2) = 1/2.
        WeightedSample narrow = new(Enumerable.Range(0, 1000).Select(i => ((i + 0.5) / 1000, 1.0))),
            wide = new(Enumerable.Range(0, 1000).Select(i => ((i + 0.5) / 500, 1.0)));
        Assert.Equal(0.5, WeightedSample.Wasserstein(narrow, wide), 1e-3);
        Assert.Equal([0.5, 0.5], half.Histogram(2, 0.9));
        Assert.Throws<LiftPlusException>(() => new WeightedSample([(double.NaN, 1)]));
        Assert.Throws<LiftPlusException>(() => new WeightedSample([]));
    }

    [Fact]
    public void DivergenceIsZeroForLikeAndOneForCollapsedImages()
    {
        WeightedSample spread = new([(0.2, 1), (0.4, 1)]);
        GroupDistances Group(WeightedSample train) =>
            new()
            {
                Group = ShotGroup.Few,
                Classes = 1,
                Train = train,
                Test = spread,
            };
        Assert.Equal(0, Group(spread).Divergence, 1e-12);
        Assert.Equal(1, Group(new([(0, 1)])).Divergence, 1e-12);
        Assert.Equal(1 - 0.2 / 0.3, Group(new([(0.1, 1), (0.3, 1)])).Divergence, 1e-12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DistancesAreThoseOfTheirDefinition(bool leaveOneOut)
    {
        using FineTunedModel model = Model();
        ImageDataset train = TestWorld.Dataset(110, 30, 4),
            test = TestWorld.Dataset(3, 4, 5);
        var reports = new List<EvaluationProgress>();
        FeatureDiagnostic diagnostic = FeatureDiagnostic.Measure(
            model,
            train,
            test,
            new FeatureDiagnosticOptions { ImagesPerClass = 200, LeaveOneOut = leaveOneOut },
            new Direct<EvaluationProgress>(reports.Add),
            TestContext.Current.CancellationToken
        );

        double[][] trainFeatures = Features(model, train),
            testFeatures = Features(model, test);
        foreach (GroupDistances group in diagnostic.Groups)
        {
            int label = (int)group.Group; // one class in each
            double[][] own = [.. trainFeatures.Where((_, i) => train[i].Label == label)];
            double[] Mean(IEnumerable<double[]> rows) => Unit(rows.Aggregate((a, b) => [.. a.Zip(b, (x, y) => x + y)]));
            double Distance(double[] row, double[] mean) => 1 - row.Zip(mean, (x, y) => x * y).Sum();
            Same(own.Select((row, i) => Distance(row, Mean(own.Where((_, j) => !leaveOneOut || i != j)))), group.Train);
            Same(testFeatures.Where((_, i) => test[i].Label == label).Select(row => Distance(row, Mean(own))), group.Test);
        }

        Assert.Equal([0, 1, 2], diagnostic.Similarity.Labels);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(1, diagnostic.Similarity[i, i], 1e-5));
        Assert.Equal(reports[^1].Total, reports[^1].Done);
        Assert.Equal(reports.Count, reports[^1].Total);
        Assert.Equal(
            diagnostic.GetDistances(ShotGroup.Few)!.Divergence,
            (double)JsonNode.Parse(diagnostic.ToJson())!["groups"]![2]!["divergence"]!,
            1e-12
        );

        static void Same(IEnumerable<double> expected, WeightedSample sample)
        {
            Assert.All(expected.Order().Zip(sample.Items), pair => Assert.Equal(pair.First, pair.Second.Value, 1e-4));
            Assert.Equal(expected.Count(), sample.Items.Length);
        }
    }

    [Fact]
    public void ClassesAreDrawnFromAndRanked()
    {
        using FineTunedModel model = Model();
        FeatureDiagnostic diagnostic = FeatureDiagnostic.Measure(
            model,
            TestWorld.Dataset(20, 30, 1),
            TestWorld.Dataset(9, 2, 2),
            new FeatureDiagnosticOptions { ImagesPerClass = 5, SimilarityClasses = 2 },
            cancellationToken: TestContext.Current.CancellationToken
        );
        // One training image has no others.
        Assert.Equal([ShotGroup.Many, ShotGroup.Medium], diagnostic.Groups.Select(group => group.Group));
        Assert.Equal((5, 5), (diagnostic.Groups[0].Train.Items.Length, diagnostic.Groups[0].Test.Items.Length));
        Assert.Equal([0, 1], diagnostic.Similarity.Labels);
        Assert.Contains(
            "ImagesPerClass",
            Assert
                .Throws<LiftPlusException>(() =>
                    FeatureDiagnostic.Measure(
                        model,
                        TestWorld.Dataset(2),
                        TestWorld.Dataset(2),
                        new FeatureDiagnosticOptions { ImagesPerClass = 1 }
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "No class has two",
            Assert.Throws<LiftPlusException>(() => FeatureDiagnostic.Measure(model, TestWorld.Dataset(1), TestWorld.Dataset(2))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void NothingIsLeftWhenCancelled()
    {
        using FineTunedModel model = Model();
        model.Inference = model.Inference with { BatchSize = 4 };
        ImageDataset train = TestWorld.Dataset(9, 9, 9),
            test = TestWorld.Dataset(3, 3, 3);
        FeatureDiagnostic.Measure(model, train, test, cancellationToken: TestContext.Current.CancellationToken);
        long before = LiveTensors.Count();
        FeatureDiagnostic.Measure(model, train, test, cancellationToken: TestContext.Current.CancellationToken);
        LiveTensors.AssertBecome(before);
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            FeatureDiagnostic.Measure(
                model,
                train,
                test,
                progress: new Direct<EvaluationProgress>(value =>
                {
                    if (value.Done == 3)
                        cancel.Cancel();
                }),
                cancellationToken: cancel.Token
            )
        );
        LiveTensors.AssertBecome(before);
    }

    private static FineTunedModel Model() =>
        TestWorld.Builder().UseTraining(training => training with { Epochs = 1 }).Build().Fit(TestWorld.Dataset(110, 30, 4));

    private static double[][] Features(FineTunedModel model, ImageDataset images)
    {
        using BatchLoader loader = InferenceLoader.Create(
            images,
            model.Backbone.Config.Preprocess,
            model.Inference with
            {
                TestTimeEnsemble = false,
            },
            null
        );
        using IDisposable noGrad = no_grad();
        List<double[]> rows = [];
        foreach (ImageBatch batch in loader.ReadEpoch(0, 0))
        {
            using (batch)
            using (NewDisposeScope())
                rows.AddRange(model.Backbone.EncodeImage(batch.Images).to(float64).data<double>().ToArray().Chunk(64).Select(Unit));
        }

        return [.. rows];
    }

    private static double[] Unit(double[] row)
    {
        double norm = Math.Sqrt(row.Sum(x => x * x));
        return [.. row.Select(x => x / norm)];
    }

    private sealed class Direct<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
