using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Models;
using LiftPlus.Runs;
using LiftPlus.TestSupport;
using LiftPlus.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Training;

public sealed class TrainingControlTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FourTimesEight_IsOneTimesThirtyTwo()
    {
        ImageDataset train = TestWorld.Dataset(64, 20, 12); // three steps an epoch, all of them full
        (List<TrainingProgress> Reports, double[] Values) Run(int accumulation)
        {
            List<TrainingProgress> reports = [];
            using FineTunedModel model = TestWorld
                .Builder()
                .UseTraining(t => t with { BatchSize = 32, AccumulationSteps = accumulation, Epochs = 4 })
                .Build()
                .Fit(train, progress: new Follower(reports.Add));
            return (
                reports,
                [.. TrainableParameters.Get(model.Backbone, model.Classifier).SelectMany(entry => TensorAssert.Doubles(entry.Parameter))]
            );
        }

        var (large, expected) = Run(1);
        var (small, found) = Run(4);
        Assert.Equal(12, large.Count);
        for (int i = 0; i < large.Count; i++)
            Assert.True(
                Math.Abs(large[i].Loss - small[i].Loss) <= 1e-6 * (1 + large[i].Loss), // float32 rounds the logits
                $"Step {i + 1}: the loss is {small[i].Loss:R}, wanted {large[i].Loss:R}."
            );
        double norm = Math.Sqrt(expected.Sum(value => value * value)),
            distance = Math.Sqrt(expected.Zip(found, (a, b) => (a - b) * (a - b)).Sum());
        Assert.True(distance <= 1e-6 * norm, $"The parameters are {distance / norm:E1} of their norm apart.");
    }

    public static TheoryData<string> CheckpointedMethods => ["adaptformer", "lora", "prompt", "full", "bfloat16", "accumulation"];

    [Theory]
    [MemberData(nameof(CheckpointedMethods))]
    public void ActivationCheckpointing_TakesTheSameSteps(string name)
    {
        ImageDataset train = TestWorld.Dataset(24, 12, 6);
        (double[] Losses, double[] Values) Run(bool isOn)
        {
            List<TrainingProgress> reports = [];
            LongTailFineTunerBuilder builder = TestWorld.Builder().UseTraining(t => t with { ActivationCheckpointing = isOn });
            using FineTunedModel model = (
                name switch
                {
                    "lora" => builder.AddLora(),
                    "prompt" => builder.AddPeft(new VisualPromptOptions { Length = 2 }),
                    "full" => builder.AddPeft(new FullFineTuningOptions()),
                    "bfloat16" => builder.UseTraining(t => t with { Precision = Precision.BFloat16 }),
                    "accumulation" => builder.UseTraining(t => t with { AccumulationSteps = 4 }),
                    _ => builder,
                }
            )
                .Build()
                .Fit(train, progress: new Follower(reports.Add));
            return (
                [.. reports.Select(report => report.Loss)],
                [.. TrainableParameters.Get(model.Backbone, model.Classifier).SelectMany(entry => TensorAssert.Doubles(entry.Parameter))]
            );
        }

        var (losses, expected) = Run(isOn: false);
        var (lossesAgain, found) = Run(isOn: true);
        Assert.Equal(18, losses.Length);
        Assert.All(losses.Zip(lossesAgain), pair =>
            Assert.True(Math.Abs(pair.First - pair.Second) <= 1e-6 * pair.First, $"The losses are {pair.First:R} and {pair.Second:R}.")
        );
        double norm = Math.Sqrt(expected.Sum(value => value * value)),
            distance = Math.Sqrt(expected.Zip(found, (a, b) => (a - b) * (a - b)).Sum());
        Assert.True(distance <= 1e-6 * norm, $"The parameters are {distance / norm:E1} of their norm apart.");
    }

    [Fact]
    public void Progress_HasGroupsAndMemory()
    {
        ImageDataset train = TestWorld.Dataset(101, 20, 19); // many, medium and few shots
        List<TrainingProgress> reports = [];
        TestWorld
            .Builder()
            .UseEpochs(2)
            .UseTraining(t => t with { ClipGradientNorm = 1e6 })
            .Build()
            .Fit(train, progress: new Follower(reports.Add))
            .Dispose();
        TrainingProgress last = reports[^1];
        Assert.All(new[] { last.Many, last.Medium, last.Few }, accuracy => Assert.InRange(accuracy!.Value, 0, 100));
        Assert.InRange(last.MemoryBytes, 10_000_000, long.MaxValue);
        Assert.True(last.GradientNorm > 0);

        var tally = new StepTally();
        tally.Add([0, 100, 101], 0.5, [true, false, true], train);
        tally.Add([121], 1.5, [false], train);
        TrainingState state = new TrainingState().After(tally, TimeSpan.Zero, TimeSpan.Zero);
        Assert.Equal(
            (0.5, 1.0, 0.0),
            (state.AccuracyOf(ShotGroup.Many), state.AccuracyOf(ShotGroup.Medium), state.AccuracyOf(ShotGroup.Few))
        );
        Assert.Equal((0.75, 0.5, 2, 4), (state.Loss, state.Accuracy, state.MicroBatch, state.Images));
        Assert.Null(state.NextEpoch().AccuracyOf(ShotGroup.Many));
    }

    [Fact]
    public void Warmup_RaisesTheRateInEqualParts()
    {
        List<TrainingProgress> reports = [];
        TestWorld
            .Builder()
            .UseTraining(t => t with { Epochs = 2, WarmupSteps = 4, LearningRate = 0.8 })
            .Build()
            .Fit(TestWorld.Dataset(8, 8, 8), progress: new Follower(reports.Add))
            .Dispose();
        double[] expected = [0.2, 0.4, 0.6, 0.4, 0.4, 0.4]; // the second epoch's cosine is one half
        Assert.All(reports.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.LearningRate, 1e-12));
        Assert.Equal(6, reports.Count);
    }

    [Fact]
    public void ParameterGroups_ScaleTheirRates_AndAnEmptyOneIsAnError()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        using FineTunedModel untrained = TestWorld.Builder().UseEpochs(1).AddParameterGroup("*", learningRateFactor: 0).Build().Fit(train);
        using FineTunedModel head = TestWorld
            .Builder()
            .UseEpochs(1)
            .AddParameterGroup("classifier.*")
            .AddParameterGroup("*", learningRateFactor: 0)
            .Build()
            .Fit(train);
        foreach (
            ((string name, Parameter before), (_, Parameter after)) in TrainableParameters
                .Get(untrained.Backbone, untrained.Classifier)
                .Zip(TrainableParameters.Get(head.Backbone, head.Classifier))
        )
            Assert.Equal(!name.StartsWith("classifier.", StringComparison.Ordinal), before.eq(after).all().item<bool>());

        LongTailFineTuner none = TestWorld
            .Builder()
            .AddParameterGroup("clasifier.*")
            .AddParameterGroup("*bias")
            .AddParameterGroup("nothing")
            .Build();
        string message = Assert.Throws<LiftPlusException>(() => none.Fit(train)).Message;
        Assert.Contains("'clasifier.*', 'nothing'", message);
        Assert.Contains("classifier.weight", message);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(1e9)]
    public void GradientClipping_EqualsTorchs(double limit)
    {
        using Linear ours = nn.Linear(3, 2),
            theirs = nn.Linear(3, 2);
        foreach (Linear model in new[] { ours, theirs })
        {
            model.weight!.grad = tensor(new float[] { 0, 1, 2, 3, 4, 5 }).view(2, 3);
            model.bias!.grad = ones(2);
        }

        double norm = GradientClipping.Apply([("weight", ours.weight!), ("bias", ours.bias!)], limit);
        Assert.Equal(nn.utils.clip_grad_norm_(theirs.parameters(), limit), norm, 1e-5);
        TensorAssert.Close(theirs.weight!.grad!, ours.weight!.grad!, 1e-5, 0, "weight");
        TensorAssert.Close(theirs.bias!.grad!, ours.bias!.grad!, 1e-5, 0, "bias");
    }

    [Fact]
    public void ParameterAverage_FollowsItsFormula_AndSwapsBothWays()
    {
        using var p = new Parameter(zeros(1));
        using var average = new ParameterAverage([("p", p)], 0.15);
        double expected = 0;
        for (int step = 1; step <= 4; step++)
        {
            using (no_grad())
                p.fill_(TensorMath.Hold(step));
            average.Update(step);
            double decay = Math.Min(0.15, (1.0 + step) / (10 + step)); // 2/11 and more: the decay itself
            expected = decay * expected + (1 - decay) * step;
        }

        average.Swap();
        Assert.Equal(expected, TensorAssert.Doubles(p)[0], 1e-6);
        average.Swap();
        Assert.Equal(4, TensorAssert.Doubles(p)[0]);
        Assert.Equal(expected, TensorAssert.Doubles(average.Tensors["p"])[0], 1e-6);
    }

    [Fact]
    public void EarlyStopping_EndsTheRun_AndResumingChangesNothing()
    {
        ImageDataset train = TestWorld.Dataset(24, 12, 6),
            validation = TestWorld.Dataset(2, 2, 2);
        LongTailFineTuner tuner = TestWorld
            .Builder()
            .UseTraining(t => t with { Epochs = 30, LearningRate = 1e-9 })
            .UseEarlyStopping(new EarlyStoppingOptions { Patience = 2 })
            .UseCheckpoints(_folder["run"])
            .Build();
        List<TrainingProgress> reports = [];
        tuner.Fit(train, validation, new Follower(reports.Add)).Dispose();
        Assert.Equal(3, reports.Count(value => value.Validation is not null)); // the first, and two that are no better
        reports.Clear();
        tuner.Resume(train, validation, new Follower(reports.Add)).Dispose();
        Assert.Empty(reports);

        Assert.Contains("no validation set", Assert.Throws<LiftPlusException>(() => tuner.Fit(train)).Message);
        LongTailFineTuner few = TestWorld.Builder().UseTraining(t => t with { Metric = ValidationMetric.Few }).Build();
        Assert.Contains(
            "no image of a class with fewer than 20",
            Assert.Throws<LiftPlusException>(() => few.Fit(TestWorld.Dataset(30, 30, 30), validation)).Message
        );
    }

    [Fact]
    public void ALossThatIsNoNumber_StopsWithFilesRateAndCheckpoint()
    {
        LongTailFineTuner tuner = TestWorld
            .Builder()
            .UseLoss(new FailingLossOptions { AtCall = 3, Fail = loss => loss.mul(TensorMath.Hold(double.NaN)) })
            .UseCheckpoints(_folder["run"], new CheckpointOptions { EverySteps = 1 })
            .Build();
        var exception = Assert.Throws<NonFiniteTrainingException>(() => tuner.Fit(TestWorld.Dataset(24, 12, 6)));
        Assert.Equal(8, exception.Files.Length);
        Assert.All(exception.Files, file => Assert.Matches("^image [0-9]+ in memory$", file));
        Assert.Equal(0.05, exception.LearningRate);
        Assert.EndsWith("checkpoint-000000002.safetensors", exception.Checkpoint);
        Assert.Contains("loss of step 3 is NaN", exception.Message);
        Assert.Contains(exception.Files[0], exception.Message);
        Assert.Contains(exception.Checkpoint!, exception.Message);
    }

    [Fact]
    public void ParametersThatAreNoNumbers_AreNotKeptAsACheckpoint()
    {
        LongTailFineTuner tuner = TestWorld
            .Builder()
            .UseTraining(t => t with { LearningRate = 1e3 })
            .UseLoss(new FailingLossOptions { AtCall = 2, Fail = loss => loss.mul(TensorMath.Hold(1e38)) })
            .UseCheckpoints(_folder["run"], new CheckpointOptions { EverySteps = 1 })
            .Build();
        var exception = Assert.Throws<NonFiniteTrainingException>(() => tuner.Fit(TestWorld.Dataset(24, 12, 6)));
        Assert.EndsWith("checkpoint-000000001.safetensors", exception.Checkpoint);
        Assert.Single(Directory.GetFiles(_folder["run"], "checkpoint-*"));
    }

    [Fact]
    public void OutOfMemory_NamesTheSettingThatNeedsLess()
    {
        LongTailFineTuner tuner = TestWorld
            .Builder()
            .UseLoss(new FailingLossOptions { AtCall = 1, Fail = loss => empty(1L << 50).add(loss, TensorMath.One) })
            .Build();
        string message = Assert.Throws<LiftPlusException>(() => tuner.Fit(TestWorld.Dataset(24, 12, 6))).Message;
        Assert.Contains("Set Training.AccumulationSteps to 2 (now 1): 4 images at a time", message);
    }

    [Theory]
    [InlineData(128, 1, 2)]
    [InlineData(128, 64, 128)]
    [InlineData(9, 1, 3)]
    [InlineData(7, 1, 7)]
    [InlineData(8, 8, null)]
    public void TheNextAccumulation_DividesTheBatchAndHalvesItAtLeast(int batch, int steps, int? expected) =>
        Assert.Equal(expected, OutOfMemory.NextAccumulation(batch, steps));

    [Fact]
    public void TheDefaultGenerator_IsLeftAsItWasFound()
    {
        random.manual_seed(5);
        using Tensor expected = rand(4);
        random.manual_seed(5);
        TestWorld
            .Builder()
            .UseEpochs(1)
            .UseClassifierOnly()
            .UseClassifier(new LinearClassifierOptions(), ClassifierInitialization.None)
            .Build()
            .Fit(TestWorld.Dataset(4, 2, 2))
            .Dispose();
        using Tensor found = rand(4);
        TensorAssert.Close(expected, found, 0, 0, "numbers drawn after a run");
    }

    [Fact]
    public void Build_ListsWhatIsWrongWithTheNewSettings()
    {
        var builder = TestWorld
            .Builder()
            .AddParameterGroup("*", -1)
            .UseEarlyStopping(new EarlyStoppingOptions { Patience = 0 })
            .UseTraining(t => t with { WarmupSteps = -1, ClipGradientNorm = 0, AveragingDecay = 1, StartShare = 1 })
            .UseCheckpoints(
                " ",
                new CheckpointOptions
                {
                    Keep = 0,
                    EverySteps = 0,
                    Every = TimeSpan.Zero,
                }
            );
        IReadOnlyList<string> errors = Assert.Throws<RecipeException>(builder.Build).Errors;
        Assert.Equal(
            [
                "CheckpointFolder",
                "Checkpoints.Every",
                "Checkpoints.EverySteps",
                "Checkpoints.Keep",
                "Training.AveragingDecay",
                "Training.ClipGradientNorm",
                "Training.EarlyStopping.Patience",
                "Training.ParameterGroups[0].LearningRateFactor",
                "Training.StartShare",
                "Training.WarmupSteps",
            ],
            errors.Select(error => error[..error.IndexOf(':')]).Order(StringComparer.Ordinal)
        );
    }

    private sealed class Follower(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Phase == TrainingPhase.Training || value.Validation is not null)
                report(value);
        }
    }

    // Cross entropy that does something else at one of its calls.
    private sealed record FailingLossOptions : LossOptions
    {
        public override string Type => "failing";

        public int AtCall { get; init; }

        [System.Text.Json.Serialization.JsonIgnore]
        public Func<Tensor, Tensor> Fail { get; init; } = loss => loss;

        public override LongTailLoss CreateLoss(LossContext context) => new FailingLoss(this);

        private sealed class FailingLoss(FailingLossOptions options) : LongTailLoss("failing")
        {
            private int _calls;

            public override Tensor forward(Tensor logits, Tensor labels)
            {
                Tensor loss = nn.functional.cross_entropy(logits, labels);
                return ++_calls == options.AtCall ? options.Fail(loss) : loss;
            }
        }
    }
}
