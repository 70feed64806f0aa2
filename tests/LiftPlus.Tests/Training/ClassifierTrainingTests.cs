using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Training;

/// <summary>A classifier that is trained alone, on the methods of a finished model.</summary>
public sealed class ClassifierTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ImageDataset _train = TestWorld.Dataset(16, 8, 4);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheMethodsStayAndTheClassifierLearns(bool isAugmented)
    {
        using FineTunedModel initial = Initial(),
            model = Retrain(initial, ClassifierTraining.Continued, isAugmented).Build().Fit(_train);
        Assert.Equal(Methods(initial), Methods(model));
        Assert.NotEqual(Weights(initial), Weights(model));
        model.Save(_folder["model"]);
        using FineTunedModel loaded = FineTunedModel.Load(
            _folder["model"],
            new ModelLoadOptions { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" }
        );
        Assert.Equal(Methods(initial), Methods(loaded));
    }

    [Fact]
    public void AContinuedClassifierStartsWhereItWasAndARestartedOneAnew()
    {
        using FineTunedModel initial = Initial();
        using FineTunedModel continued = Retrain(initial, ClassifierTraining.Continued).Build().Start(_train),
            restarted = Retrain(initial, ClassifierTraining.Restarted).Build().Start(_train);
        Assert.Equal(Weights(initial), Weights(continued));
        Assert.NotEqual(Weights(initial), Weights(restarted));
        Assert.All(Rows(restarted), row => Assert.Equal(1, row, 1e-5)); // class means of the tuned features
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ARunThatGoesOnTrainsOnTheSameFeatures(bool isAugmented)
    {
        using FineTunedModel initial = Initial(),
            expected = Retrain(initial, ClassifierTraining.Restarted, isAugmented).Build().Fit(_train);
        LongTailFineTuner tuner = Retrain(initial, ClassifierTraining.Restarted, isAugmented).UseCheckpoints(_folder["run"]).Build();
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            tuner.Fit(_train, progress: new Stop(cancellation), cancellationToken: cancellation.Token)
        );
        using FineTunedModel resumed = tuner.Resume(_train);
        Assert.Equal(Weights(expected), Weights(resumed));
        Assert.Equal(Methods(expected), Methods(resumed));
    }

    [Fact]
    public void WithoutAModelOrWeightsItIsRefused()
    {
        var builder = TestWorld
            .Builder()
            .AddCoOp()
            .UseTextClassifier()
            .UseTraining(training => training with { ClassifierTraining = ClassifierTraining.Restarted });
        Assert.Equal(
            [
                "Training.ClassifierTraining: Restarted keeps the methods of a model, and there is none. Call UseInitialModel, or "
                    + "UseClassifierOnly to train a classifier on the untouched backbone.",
                "Training.ClassifierTraining: the value is Restarted, but the classifier 'text' has no weights to train. "
                    + "Leave it at WithMethods.",
            ],
            Assert.Throws<RecipeException>(builder.Build).Errors
        );
    }

    private FineTunedModel Initial() => TestWorld.Builder().UseLinearClassifier().UseEpochs(2).Build().Fit(_train);

    private static LongTailFineTunerBuilder Retrain(FineTunedModel initial, ClassifierTraining training, bool isAugmented = false)
    {
        LongTailFineTunerBuilder builder = LongTailFineTuner
            .CreateBuilder()
            .UseInitialModel(initial)
            .UseBackbone(TestWorld.CreateBackbone)
            .UseDevice("cpu")
            .UseClassBalancedSampler()
            .UseCrossEntropy()
            .UseTraining(options => options with { ClassifierTraining = training });
        return isAugmented ? builder : builder.UseNoAugmentation();
    }

    private static double[] Weights(FineTunedModel model) => TensorAssert.Doubles(model.Classifier.Weight!);

    private static IEnumerable<double> Rows(FineTunedModel model) =>
        Weights(model).Chunk(Weights(model).Length / model.ClassNames.Count).Select(row => Math.Sqrt(row.Sum(value => value * value)));

    private static double[] Methods(FineTunedModel model) =>
        [
            .. TrainableParameters
                .State(model.Backbone, model.Classifier)
                .Where(entry => !entry.Key.StartsWith("classifier.", StringComparison.Ordinal))
                .SelectMany(entry => TensorAssert.Doubles(entry.Value)),
        ];

    private sealed class Stop(CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.Training && value.Step == 3)
                cancellation.Cancel();
        }
    }
}
