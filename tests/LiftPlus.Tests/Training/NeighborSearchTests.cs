using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.TestSupport;
using LiftPlus.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Training;

/// <summary>The neighbours of the neighbour-aware loss are what the untouched backbone says, also when a run goes on.</summary>
public sealed class NeighborSearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NeighborsAreTheLikeliestOtherClasses()
    {
        ImageDataset train = FourClasses();
        using Backbone backbone = Backbone.Load(Repository.PathOf("samples", "assets", "tiny-clip"));
        ClassNeighbors found = NeighborSearch.Find(backbone, Recipe(2), train, new FineTuningServices(), null, CancellationToken.None);

        using ZeroShotClassifier zeroShot = new(backbone, train.Classes, inference: new InferenceOptions { Expand = 0 });
        IReadOnlyList<Prediction> predictions = zeroShot.Predict(train.Select(image => image.Source), new PredictionOptions { Top = 4 });
        for (int place = 0; place < train.Count; place++)
        {
            IEnumerable<int> others = predictions[place].Top.Select(top => top.Label).Where(label => label != train[place].Label);
            Assert.Equal(others.Take(2), [found.OfImages[place, 0], found.OfImages[place, 1]]);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor texts = TensorMath.Normalize(
            ClassTextEncoder.Encode(backbone, [.. train.ClassNames.Select(name => new[] { $"a photo of a {name}." })])
        );
        double[,] similar = new double[4, 4];
        for (int i = 0; i < 16; i++)
            similar[i / 4, i % 4] = texts[i / 4].dot(texts[i % 4]).item<float>();
        for (int c = 0; c < 4; c++)
        {
            IEnumerable<int> nearest = Enumerable.Range(0, 4).Where(other => other != c).OrderByDescending(other => similar[c, other]);
            Assert.Equal(nearest.Take(2), [found.OfClasses[c, 0], found.OfClasses[c, 1]]);
        }
    }

    [Fact]
    public void WithFewClassesAllOthersAreNeighbors()
    {
        using Backbone backbone = Backbone.Load(Repository.PathOf("samples", "assets", "tiny-clip"));
        ClassNeighbors found = NeighborSearch.Find(
            backbone,
            Recipe(100),
            FourClasses(),
            new FineTuningServices(),
            null,
            CancellationToken.None
        );
        Assert.Equal((3, 3), (found.OfClasses.GetLength(1), found.OfImages.GetLength(1)));
        Assert.DoesNotContain(-1, found.OfImages.Cast<int>());
    }

    [Fact]
    public void ARunThatGoesOnHasTheSameNeighbors()
    {
        ImageDataset train = FourClasses();
        using FineTunedModel expected = Builder().Build().Fit(train);
        LongTailFineTuner tuner = Builder().UseCheckpoints(_folder["run"]).Build();
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            tuner.Fit(train, progress: new Stop(cancellation, step: 3), cancellationToken: cancellation.Token)
        );
        using FineTunedModel resumed = tuner.Resume(train);
        Assert.Equal(expected.Classifier.Weight!.data<float>(), resumed.Classifier.Weight!.data<float>());
    }

    [Fact]
    public void ABackboneWithoutTextsIsRefusedByItsName()
    {
        LongTailFineTuner tuner = TestWorld.Builder().UseNeighborAwareLoss().Build();
        string message = Assert.Throws<LiftPlusException>(() => tuner.Fit(TestWorld.Dataset(2, 2, 2))).Message;
        Assert.StartsWith("The loss 'neighbor-aware' compares images with the texts of the classes, and test ViT has no", message);
    }

    private static FineTuningRecipe Recipe(int neighbors) => new() { Loss = new NeighborAwareLossOptions { Neighbors = neighbors } };

    private static LongTailFineTunerBuilder Builder() =>
        LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(Repository.PathOf("samples", "assets", "tiny-clip"))
            .AddDeepPrompts() // prompts change features from the first step on
            .UseNeighborAwareLoss(2)
            .UseTraining(training => training with { Epochs = 2, BatchSize = 4 })
            .UseDevice("cpu");

    private static ImageDataset FourClasses()
    {
        string[] names = ["red circle", "green square", "blue star", "yellow moon"];
        return ImageDataset.FromImages(Enumerable.Range(0, 11).Select(i => (TestWorld.Pixels(i % 3), i % 4)), names);
    }

    private sealed class Stop(CancellationTokenSource cancellation, long step) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.Training && value.Step == step)
                cancellation.Cancel();
        }
    }
}
