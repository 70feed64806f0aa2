using LiftPlus.Adapters;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Models;
using LiftPlus.Optimization;
using LiftPlus.Runs;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Runs;

public sealed class ResumeTests : IDisposable
{
    private static readonly CheckpointOptions s_everyStep = new() { EverySteps = 1, Keep = 100 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, int> Interruptions =>
        new()
        {
            { "sgd", 4 },
            { "adamw", 7 },
            { "accumulation", 3 },
            { "everything", 8 },
            { "bfloat16", 2 },
            { "convolution", 4 },
            { "lora", 5 },
            { "masked", 5 },
            { "random", 4 },
            { "focal-sam", 4 },
            { "imbalanced-sam", 7 },
            { "noise", 8 },
            { "sam", 7 },
            { "dora", 5 },
            { "sgd", 6 }, // the last step of an epoch
            { "sgd", 18 }, // the last step of all
        };

    [Theory]
    [MemberData(nameof(Interruptions))]
    public void ACancelledRun_GoesOnToTheSameModelAndMetrics(string name, int after)
    {
        ImageDataset train = TestWorld.Dataset(24, 12, 6),
            validation = TestWorld.Dataset(2, 2, 2);
        List<TrainingProgress> whole = [],
            parts = [];
        using FineTunedModel expected = Builder(name).Build().Fit(train, validation, new Follower(whole.Add));

        LongTailFineTuner tuner = Builder(name).UseCheckpoints(_folder["run"]).Build();
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            tuner.Fit(
                train,
                validation,
                new Follower(value =>
                {
                    parts.Add(value);
                    if (value.Phase == TrainingPhase.Training && value.Step == after)
                        cancellation.Cancel();
                }),
                cancellation.Token
            )
        );
        Assert.Equal(after, parts[^1].Step); // within one step
        using FineTunedModel resumed = tuner.Resume(train, validation, new Follower(parts.Add));

        Assert.Equal(Values(expected), Values(resumed));
        Assert.Equal(Metrics(whole), Metrics(parts));
        Assert.Equal(
            whole.Where(value => value.Validation is not null).Select(value => value.Validation!.Metrics.Overall),
            parts.Where(value => value.Validation is not null).Select(value => value.Validation!.Metrics.Overall)
        );
    }

    [Fact]
    public void Resume_BeginsWhereThereIsNothing_AndGivesAFinishedRunsModelAtOnce_AndFitRefusesItsFolder()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        LongTailFineTuner tuner = Builder("everything").UseCheckpoints(_folder["run"]).Build();
        using FineTunedModel first = tuner.Resume(train);
        List<TrainingProgress> reports = [];
        using FineTunedModel again = tuner.Resume(train, progress: new Follower(reports.Add));
        Assert.Empty(reports);
        Assert.Equal(Values(first), Values(again));
        Assert.Contains("Call Resume", Assert.Throws<LiftPlusException>(() => tuner.Fit(train)).Message);
        Assert.Contains("UseCheckpoints", Assert.Throws<LiftPlusException>(() => Builder("sgd").Build().Resume(train)).Message);
    }

    [Fact]
    public void Resume_OfAnotherRun_ListsAllThatDiffers()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        Builder("sgd").UseCheckpoints(_folder["run"]).Build().Fit(train).Dispose();
        var another = new Backbone(TestWorld.Config);
        another.Initialize(2);
        LongTailFineTuner tuner = Builder("sgd")
            .UseBackbone(() => another)
            .UseCheckpoints(_folder["run"])
            .UseTraining(training => training with { LearningRate = 0.07, BatchSize = 4, LoaderWorkers = 3 })
            .UseFocalLoss()
            .Build();
        string message = Assert
            .Throws<LiftPlusException>(() => tuner.Resume(TestWorld.Dataset(8, 4, 3), TestWorld.Dataset(1, 1, 1)))
            .Message;
        Assert.Contains("Training.LearningRate: 0.05 in the checkpoint, 0.07 now", message);
        Assert.Contains("Training.BatchSize: 8 in the checkpoint, 4 now", message);
        Assert.Contains("Loss.Type: \"logit-adjusted\" in the checkpoint, \"focal\" now", message);
        Assert.Contains("Backbone: test ViT (SHA-256 ", message);
        Assert.Contains("Training set: 14 images in the checkpoint, 15 now; classes with other counts: blue (2, now 3)", message);
        Assert.Contains("Validation set: none in the checkpoint", message);
        Assert.DoesNotContain("LoaderWorkers", message);
    }

    [Fact]
    public void Resume_GivesASettingThatAnOlderCheckpointLacks_ItsDefault()
    {
        ImageDataset train = TestWorld.Dataset(24, 12, 6);
        LongTailFineTuner tuner = Builder("sgd").UseCheckpoints(_folder["run"], s_everyStep).Build();
        using FineTunedModel expected = tuner.Fit(train);
        foreach (string later in Checkpoints()[5..])
            File.Delete(later);
        string file = Checkpoints()[^1];
        using (NewDisposeScope())
        using (TrainingCheckpoint checkpoint = TrainingCheckpoint.Open(file))
        {
            Assert.True(checkpoint.Run.Recipe["Training"]!.AsObject().Remove(nameof(TrainingOptions.LinearProduct)));
            Assert.True(checkpoint.Run.Recipe["Inference"]!.AsObject().Remove(nameof(InferenceOptions.LinearProduct)));
            WeightSource tensors = checkpoint.Tensors("");
            TrainingCheckpoint.Write(
                _folder["older"],
                checkpoint.Run with
                {
                    Products = null,
                },
                checkpoint.State,
                tensors.Tensors.Keys.ToDictionary(name => name, tensors.Read)
            );
        }

        File.Move(_folder["older"], file, overwrite: true);
        LongTailFineTuner another = Builder("convolution").UseCheckpoints(_folder["run"]).Build();
        Assert.Contains(
            "Training.LinearProduct: \"Auto\" in the checkpoint, \"Convolution\" now",
            Assert.Throws<LiftPlusException>(() => another.Resume(train)).Message
        );
        List<TrainingProgress> reports = [];
        using FineTunedModel resumed = tuner.Resume(train, progress: new Follower(reports.Add));
        Assert.Equal(6, reports.First(value => value.Phase == TrainingPhase.Training).Step);
        Assert.Equal(Values(expected), Values(resumed));
    }

    [Fact]
    public void DataSets_AreToldApartByClassesNamesAndOrder_NotByTheirPlace()
    {
        static DataIdentity Of(string folder, params string[] names) =>
            DataIdentity.From(new ImageDataset(names.Select((name, i) => new LabeledImage($"{folder}/{name}", i % 2)), ["a", "b"]));
        DataIdentity here = Of("/data/one", "a/1.png", "b/2.png");
        Assert.Empty(here.Differences("set", Of("/mnt/two", "a/1.png", "b/2.png")));
        Assert.Contains("other files or another order", Assert.Single(here.Differences("set", Of("/data/one", "a/1.png", "b/3.png"))));
        Assert.Contains("other files or another order", Assert.Single(here.Differences("set", Of("/data/one", "b/1.png", "a/2.png"))));
        var classes = DataIdentity.From(new ImageDataset([new LabeledImage("a/1.png", 0), new LabeledImage("b/2.png", 1)], ["a", "c"]));
        Assert.Equal("set: classes b in the checkpoint only, c now only", Assert.Single(here.Differences("set", classes)));
    }

    [Fact]
    public void Resume_PassesOverDamagedFiles_AndWhatAKillLeft()
    {
        ImageDataset train = TestWorld.Dataset(24, 12, 6);
        using FineTunedModel expected = Builder("sgd").Build().Fit(train);
        LongTailFineTuner tuner = Builder("sgd").UseCheckpoints(_folder["run"], s_everyStep).Build();
        tuner.Fit(train).Dispose();
        string[] files = Checkpoints();
        Assert.Equal(18, files.Length);
        byte[] bytes = File.ReadAllBytes(files[^1]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(files[^1], bytes); // one bit
        File.WriteAllBytes(files[^2], bytes[..^100]);
        File.WriteAllBytes(files[^3], []);
        File.WriteAllText(files[^4], "not a checkpoint at all");
        File.WriteAllBytes(files[^1] + $".{Guid.NewGuid():N}.tmp", bytes[..50]);
        Directory.CreateDirectory(Path.Combine(_folder["run"], $"run.lock.{Guid.NewGuid():N}.tmp"));

        List<TrainingProgress> reports = [];
        using FineTunedModel resumed = tuner.Resume(train, progress: new Follower(reports.Add));
        Assert.Equal(15, reports.First(value => value.Phase == TrainingPhase.Training).Step);
        Assert.Equal(Values(expected), Values(resumed));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["run"], "*.tmp"));
        Assert.Equal(4, Directory.GetFiles(_folder["run"], "*.damaged").Length);

        foreach (string file in Checkpoints())
            File.WriteAllText(file, "gone");
        string message = Assert.Throws<LiftPlusException>(() => tuner.Resume(train)).Message;
        Assert.All(Checkpoints(), file => Assert.Contains(file, message));
    }

    [Fact]
    public void TheLastCheckpointsAreKept()
    {
        LongTailFineTuner tuner = Builder("everything")
            .UseEpochs(6)
            .UseCheckpoints(_folder["run"], new CheckpointOptions { EverySteps = 5, Keep = 2 })
            .Build();
        tuner.Fit(TestWorld.Dataset(24, 12, 6)).Dispose();
        Assert.Equal(["checkpoint-000000035.safetensors", "checkpoint-000000036.safetensors"], Checkpoints().Select(Path.GetFileName));
    }

    [Fact]
    public void AFolderInUse_IsRefused()
    {
        using var running = new CheckpointFolder(_folder["run"], new CheckpointOptions(), NullLogger.Instance);
        LongTailFineTuner tuner = Builder("sgd").UseCheckpoints(_folder["run"]).Build();
        Assert.Contains("Another run", Assert.Throws<LiftPlusException>(() => tuner.Resume(TestWorld.Dataset(4, 4, 4))).Message);
    }

    private string[] Checkpoints() => [.. Directory.GetFiles(_folder["run"], "checkpoint-*.safetensors").Order(StringComparer.Ordinal)];

    private string WriteBackbone()
    {
        using Backbone backbone = TestWorld.CreateBackbone();
        TestBackbones.WriteTimm(backbone, _folder["backbone.safetensors"]);
        return _folder["backbone.safetensors"];
    }

    private static LongTailFineTunerBuilder Builder(string name)
    {
        LongTailFineTunerBuilder builder = TestWorld.Builder();
        return name switch
        {
            "sgd" => builder,
            "adamw" => builder.UseAdamW(),
            "accumulation" => builder.UseTraining(training => training with { AccumulationSteps = 4 }),
            "everything" => builder
                .UseAdamW()
                .UseSquareRootSampler()
                .AddParameterGroup("classifier.*", 2, 0)
                .UseTraining(training =>
                    training with
                    {
                        AveragingDecay = 0.95,
                        StartShare = 0.2,
                        ClipGradientNorm = 0.5,
                        WarmupSteps = 10,
                        AccumulationSteps = 2,
                    }
                ),
            "convolution" => builder.UseTraining(training => training with { LinearProduct = LinearProduct.Convolution }),
            "bfloat16" => builder.UseTraining(training => training with { Precision = Precision.BFloat16 }),
            "lora" => builder.AddPeft(new LoraOptions()),
            "dora" => builder.AddPeft(
                new LoraOptions
                {
                    Dora = true,
                    RankStabilized = true,
                    LearningRateRatio = 4,
                }
            ),
            "masked" => builder.AddPeft(new ArbitraryFineTuningOptions()),
            "random" => builder.UseLoss(new NoisyLossOptions()),
            "sam" => builder
                .UseSharpness()
                .UseTraining(training =>
                    training with
                    {
                        Precision = Precision.BFloat16,
                        AccumulationSteps = 2,
                        ClipGradientNorm = 0.5,
                        AveragingDecay = 0.9,
                    }
                ),
            "focal-sam" => builder.UseSharpness(new SharpnessOptions { Method = SharpnessMethod.FocalSam }),
            "imbalanced-sam" => builder
                .UseSharpness(new SharpnessOptions { Method = SharpnessMethod.ImbSam, Radius = 0.5 })
                .UseTraining(training => training with { AccumulationSteps = 2 }),
            "noise" => builder.UseSharpness(new SharpnessOptions { Method = SharpnessMethod.GaussianNeighborhood, HalvingEpochs = 2 }),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };
    }

    private static float[] Values(FineTunedModel model) =>
        [
            .. TrainableParameters
                .Get(model.Backbone, model.Classifier)
                .SelectMany(entry => entry.Parameter.detach().cpu().data<float>().ToArray()),
        ];

    private static (int, long, double, double, double, double?, double?, double?)[] Metrics(IEnumerable<TrainingProgress> reports) =>
        [
            .. reports
                .Where(value => value.Phase == TrainingPhase.Training)
                .Select(value =>
                    (value.Epoch, value.Step, value.Loss, value.Accuracy, value.LearningRate, value.Medium, value.Few, value.GradientNorm)
                ),
        ];

    private sealed class Follower(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    // Draws from torch's default generator, as dropout does.
    private sealed record NoisyLossOptions : LossOptions
    {
        public override string Type => "noisy";

        public override LongTailLoss CreateLoss(LossContext context) => new NoisyLoss();

        private sealed class NoisyLoss() : LongTailLoss("noisy")
        {
            public override Tensor forward(Tensor logits, Tensor labels) =>
                nn.functional.cross_entropy(logits.mul(rand_like(logits)), labels);
        }
    }
}
