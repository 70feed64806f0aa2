using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.Runs;
using LiftPlus.TestSupport;
using LiftPlus.Training;
using TorchSharp;

namespace LiftPlus.Tests.Training;

/// <summary>Runs on a clock that only training steps and validations move.</summary>
public sealed class TimeLimitTests : IDisposable
{
    private const int StepsPerEpoch = 6;
    private static readonly ImageDataset s_train = TestWorld.Dataset(24, 12, 6);
    private static readonly ImageDataset s_validation = TestWorld.Dataset(2, 2, 2);
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly List<TrainingProgress> _steps = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(30, 29, 5)] // 30 s less the reserve of 2 %; the fifth epoch is a part
    [InlineData(1000, 60, 10)] // all that the recipe asks for
    [InlineData(12, 11, 2)]
    public void TheSchedule_IsFittedToTheTime(int seconds, int steps, int epochs)
    {
        using FineTunedModel model = Tuner(seconds).Fit(s_train, progress: Clock(_ => 1));
        Assert.Equal(steps, _steps[^1].Step);
        Assert.Equal(steps, _steps[^1].Total);
        Assert.Equal(epochs, _steps[^1].Epochs);
        Assert.Equal(Schedule.CosineLearningRate(0.05, epochs - 1, epochs), _steps[^1].LearningRate);
        Assert.InRange(model.TrainingTime!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void ARunThatSlowsDown_EndsInTime_AndIsFinished()
    {
        LongTailFineTuner tuner = Tuner(40, _folder["run"]);
        using FineTunedModel model = tuner.Fit(s_train, s_validation, Clock(step => step > 20 ? 4 : 1));
        Assert.InRange(model.TrainingTime!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(40));
        Assert.True(_steps[^1].Step < _steps[^1].Total);
        Assert.NotEmpty(model.ValidationHistory);
        _steps.Clear();
        using FineTunedModel again = tuner.Resume(s_train, s_validation, Clock(_ => 1));
        Assert.Empty(_steps);
        Assert.Equal(Values(model), Values(again));
    }

    [Fact]
    public void AResumedRun_KeepsTheSchedule()
    {
        using FineTunedModel expected = Tuner(30).Fit(s_train, progress: Clock(_ => 1));
        LongTailFineTuner tuner = Tuner(30, _folder["run"]);
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            tuner.Fit(
                s_train,
                progress: Clock(step =>
                {
                    if (step == 15)
                        cancellation.Cancel();
                    return 1;
                }),
                cancellationToken: cancellation.Token
            )
        );
        _time.Seconds += 1000; // between the parts
        using FineTunedModel resumed = tuner.Resume(s_train, progress: Clock(_ => 0.1)); // faster now
        Assert.Equal(29, _steps[^1].Step);
        Assert.Equal(Values(expected), Values(resumed));
    }

    [Fact]
    public void WithoutTimeForAStep_TheClassifierHasItsInitialValues()
    {
        List<string> log = [];
        FineTuningServices services = Services() with { Logger = new ListLogger(log) };
        var tuner = new LongTailFineTuner(Recipe(5) with { Initialization = ClassifierInitialization.ClassMean }, services);
        using FineTunedModel model = tuner.Fit(s_train, progress: new Follower(_ => _time.Seconds += 10)); // initialising takes it all
        Assert.DoesNotContain(_steps, step => step.Phase == TrainingPhase.Training);
        Assert.Contains(log, line =>
            line.StartsWith("Warning: The time limit of 00:00:05 was over before training", StringComparison.Ordinal)
        );
        Assert.True(model.Evaluate(s_validation).Metrics.Overall > 50);
    }

    [Theory]
    [InlineData(100, 10, 100, 0, 10)] // no time at all: what is done
    [InlineData(100, 10, 3, 5.9, 12)] // a part of the first epoch
    [InlineData(100, 10, 0, 5.9, 15)]
    [InlineData(10, 1, 3, 1000, 30)] // everything
    [InlineData(10, 1, 3, 25, 20)] // two epochs and their validations, exactly
    [InlineData(10, 1, 3, 27.9, 20)] // no time for a step and a third validation
    [InlineData(10, 1, 3, 30, 22)]
    public void TrainingPlan_LeavesTimeForEveryValidation(int perEpoch, long done, double validation, double time, long steps) =>
        Assert.Equal(
            steps,
            TrainingPlan
                .Fit(done, TimeSpan.FromSeconds(time), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(validation), perEpoch, epochs: 3)
                .Steps
        );

    private LongTailFineTuner Tuner(int seconds, string? folder = null) =>
        new(Recipe(seconds), Services() with { CheckpointFolder = folder });

    private static FineTuningRecipe Recipe(int seconds) =>
        TestWorld.Builder().UseTraining(t => t with { Epochs = 10, TimeLimit = TimeSpan.FromSeconds(seconds) }).Build().Recipe;

    private FineTuningServices Services() =>
        new()
        {
            CreateBackbone = TestWorld.CreateBackbone,
            Device = "cpu",
            Time = _time,
        };

    private Follower Clock(Func<long, double> secondsOfStep) =>
        new(value =>
        {
            if (value.Phase != TrainingPhase.Training)
                return;
            _steps.Add(value);
            _time.Seconds += secondsOfStep(value.Step);
        });

    private static float[][] Values(FineTunedModel model)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return
        [
            .. TrainableParameters.State(model.Backbone, model.Classifier).Select(entry => entry.Value.detach().data<float>().ToArray()),
        ];
    }

    private sealed class Follower(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private sealed class ManualTime : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)Math.Round(1000 * Seconds);
    }
}
