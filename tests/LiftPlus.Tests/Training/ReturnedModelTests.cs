using System.Text.Json.Serialization;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Metrics;
using LiftPlus.Models;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Training;

public sealed class ReturnedModelTests : IDisposable
{
    private const int StepsPerEpoch = 6;
    private static readonly ImageDataset s_train = TestWorld.Dataset(24, 12, 6);
    private static readonly ImageDataset s_validation = TestWorld.Dataset(5, 5, 5);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(0.5)]
    public void Fit_ReturnsTheModelOfTheBestEpoch_WithAndWithoutEarlyStopping(double? averaging)
    {
        using FineTunedModel whole = Worsening(averaging).Build().Fit(s_train, s_validation);
        using FineTunedModel stopped = Worsening(averaging).UseEarlyStopping(new() { Patience = 2 }).Build().Fit(s_train, s_validation);
        Assert.All(new[] { whole, stopped }, model =>
        {
            double[] history = [.. model.ValidationHistory.Select(result => result.MeanClass)];
            Assert.True(history.Max() > history[^1], "The last epoch must be worse for this test to mean anything.");
            Assert.Equal(history.Max(), model.Evaluate(s_validation).Metrics.MeanClass);
        });
        Assert.Equal(6, whole.ValidationHistory.Count);
        Assert.InRange(stopped.ValidationHistory.Count, 3, 5);
    }

    [Fact]
    public void TheLastModel_IsReturnedOnRequest_AndWithoutAValidationSet()
    {
        using FineTunedModel last = Worsening().UseTraining(t => t with { Return = ReturnedModel.Last }).Build().Fit(s_train, s_validation);
        Assert.Equal(last.ValidationHistory[^1].MeanClass, last.Evaluate(s_validation).Metrics.MeanClass);
        using FineTunedModel without = Worsening().Build().Fit(s_train);
        Assert.Empty(without.ValidationHistory);
        Assert.Equal(Values(last), Values(without));
    }

    [Fact]
    public void UseValidation_HoldsOutImages_UnlessThereIsAValidationSet()
    {
        LongTailFineTuner tuner = Worsening().UseValidation(0.2, minimumPerClass: 2).Build();
        using FineTunedModel model = tuner.Fit(s_train);
        Assert.Equal([5, 2, 2], model.ValidationHistory[0].PerClassCount);
        Assert.Equal([19, 10, 4], model.Classes.Counts);
        using FineTunedModel given = tuner.Fit(s_train, s_validation);
        Assert.Equal([5, 5, 5], given.ValidationHistory[0].PerClassCount);
        Assert.Equal(s_train.Classes.Counts, given.Classes.Counts);
    }

    [Fact]
    public void TheMetric_DecidesWhichEpochIsBest()
    {
        foreach (ValidationMetric metric in Enum.GetValues<ValidationMetric>())
        {
            using FineTunedModel model = Worsening().UseTraining(t => t with { Metric = metric }).Build().Fit(s_train, s_validation);
            double Of(ClassificationMetrics result) =>
                metric switch
                {
                    ValidationMetric.MeanClass => result.MeanClass,
                    ValidationMetric.Overall => result.Overall,
                    _ => result.Few!.Value,
                };
            Assert.Equal(model.ValidationHistory.Max(Of), Of(model.Evaluate(s_validation).Metrics));
        }
    }

    [Theory]
    [InlineData(2 * StepsPerEpoch + 2)] // the best epoch is over
    [InlineData(StepsPerEpoch)]
    [InlineData(6 * StepsPerEpoch)]
    public void AResumedRun_ReturnsTheBestModelOfBothParts(int cancelAfter)
    {
        using FineTunedModel expected = Worsening().Build().Fit(s_train, s_validation);
        LongTailFineTuner tuner = Worsening().UseCheckpoints(_folder["run"]).Build();
        LongTailFineTuner rest = Worsening(stepsBefore: cancelAfter).UseCheckpoints(_folder["run"]).Build();
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            tuner.Fit(
                s_train,
                s_validation,
                new Follower(value =>
                {
                    if (value.Phase == TrainingPhase.Training && value.Step == cancelAfter)
                        cancellation.Cancel();
                }),
                cancellation.Token
            )
        );
        for (int time = 0; time < 2; time++) // to the end, and of the finished run
        {
            using FineTunedModel resumed = rest.Resume(s_train, s_validation);
            Assert.Equal(Values(expected), Values(resumed));
            Assert.Equal(
                expected.ValidationHistory.Select(result => result.MeanClass),
                resumed.ValidationHistory.Select(result => result.MeanClass)
            );
        }
    }

    [Fact]
    public void AnOldRecipe_KeepsTheMetricOfItsEarlyStopping()
    {
        FineTuningRecipe recipe = RecipeJson.Read("""{ "Training": { "EarlyStopping": { "Metric": "Few", "Patience": 2 } } }""");
        Assert.Equal(ValidationMetric.Few, recipe.Training.Metric);
        Assert.Equal(2, recipe.Training.EarlyStopping!.Patience);
    }

    // Learns for two epochs, then unlearns.
    private static LongTailFineTunerBuilder Worsening(double? averaging = null, int stepsBefore = 0) =>
        TestWorld
            .Builder()
            .UseTraining(t => t with { Epochs = 6, AveragingDecay = averaging })
            .UseLoss(new UnlearningLossOptions { LearningSteps = 2 * StepsPerEpoch - stepsBefore });

    private static double[][] Values(FineTunedModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        return [.. TrainableParameters.State(model.Backbone, model.Classifier).Select(entry => TensorAssert.Doubles(entry.Value))];
    }

    private sealed class Follower(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private sealed record UnlearningLossOptions : LossOptions
    {
        public override string Type => "unlearning";

        [JsonIgnore]
        public int LearningSteps { get; init; }

        public override LongTailLoss CreateLoss(LossContext context) => new UnlearningLoss(LearningSteps);
    }

    private sealed class UnlearningLoss(int learningSteps) : LongTailLoss("unlearning")
    {
        private int _steps;

        public override Tensor forward(Tensor logits, Tensor labels)
        {
            if (++_steps > learningSteps)
            {
                // Every label is wrong.
                labels = labels.add(TensorMath.One).remainder(TensorMath.Hold(logits.shape[1])).to(ScalarType.Int64);
            }

            return nn.functional.cross_entropy(logits, labels);
        }
    }
}
