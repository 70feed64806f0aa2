using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Models;
using LiftPlus.Runs;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Runs;

/// <summary>The model of a run that did not come to its end.</summary>
public sealed class LoadCheckpointTests : IDisposable
{
    private const int StepsPerEpoch = 6;
    private static readonly ImageDataset s_train = TestWorld.Dataset(24, 12, 6);
    private static readonly ImageDataset s_validation = TestWorld.Dataset(5, 5, 5);
    private static readonly ModelLoadOptions s_cpu = new() { Device = "cpu", Components = Components() };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, 0, 14)]
    [InlineData(0.5, 0, 14)]
    [InlineData(0.5, 0.1, 14)]
    [InlineData(null, 0, 6)] // cancelled before the second epoch
    public void ACancelledRun_GivesTheModelOfItsBestEpoch_AndCanStillBeResumed(double? averaging, double startShare, int after)
    {
        LongTailFineTuner tuner = Worsening(averaging, startShare).UseCheckpoints(_folder["run"]).Build();
        Cancel(tuner, after, s_validation);
        string[] before = Content(_folder["run"]);
        using FineTunedModel model = FineTunedModel.LoadCheckpoint(_folder["run"], s_cpu);
        Assert.Equal(before, Content(_folder["run"]));
        Assert.Equal(after / StepsPerEpoch, model.ValidationHistory.Count);
        Assert.NotNull(model.TrainingTime);
        double[] history = [.. model.ValidationHistory.Select(result => result.MeanClass)];
        Assert.Equal(history.Max(), model.Evaluate(s_validation).Metrics.MeanClass);
        Assert.True(after == StepsPerEpoch || history.Max() > history[^1], "The last epoch must be worse for this test to mean anything.");
        Assert.Equal(s_train.Classes.Counts, model.Classes.Counts);
        Assert.Equal(s_train.ClassNames, model.ClassNames);

        using FineTunedModel resumed = tuner.Resume(s_train, s_validation);
        Assert.Equal(4, resumed.ValidationHistory.Count);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(0.5, 0)]
    [InlineData(null, 0.3)]
    [InlineData(0.5, 0.3)]
    public void WithoutValidation_ItIsTheNewestModel_AsTheEndOfARunReturnsIt(double? averaging, double startShare)
    {
        using FineTunedModel whole = Worsening(averaging, startShare).UseEpochs(2).UseCheckpoints(_folder["run"]).Build().Fit(s_train);
        using FineTunedModel model = FineTunedModel.LoadCheckpoint(_folder["run"], s_cpu);
        Assert.Equal(Values(whole), Values(model));
        Assert.Empty(model.ValidationHistory);
    }

    [Fact]
    public void SaveWorksOnTheLoadedModel()
    {
        Cancel(Worsening().UseCheckpoints(_folder["run"]).Build(), 14, s_validation);
        using FineTunedModel model = FineTunedModel.LoadCheckpoint(_folder["run"], s_cpu);
        model.Save(_folder["model"]);
        using FineTunedModel loaded = FineTunedModel.Load(_folder["model"], s_cpu);
        Assert.Equal(Values(model), Values(loaded));
        Assert.Equal(RecipeJson.Write(model.Recipe), RecipeJson.Write(loaded.Recipe));
        Assert.Equal(Backbone(), model.Recipe.Backbone);
    }

    [Fact]
    public void TheBackbone_IsFoundAfterRunAndBackboneMoved_AndAnotherOneIsRefused()
    {
        Directory.CreateDirectory(_folder["project"]);
        string backbone = Backbone("project/backbone.safetensors");
        Worsening().UseBackbone(backbone).UseEpochs(1).UseCheckpoints(_folder["project/run"]).Build().Fit(s_train).Dispose();
        Directory.Move(_folder["project"], _folder["moved"]);
        using (FineTunedModel moved = FineTunedModel.LoadCheckpoint(_folder["moved/run"], s_cpu))
            Assert.Equal(_folder["moved/backbone.safetensors"], moved.Recipe.Backbone);

        File.Delete(_folder["moved/backbone.safetensors"]);
        string missing = Refused(_folder["moved/run"], s_cpu);
        Assert.Contains("was trained on the backbone", missing);
        Assert.Contains("ModelLoadOptions.Backbone", missing);
        string another = Refused(_folder["moved/run"], s_cpu with { Backbone = Backbone("other.safetensors", seed: 2) });
        Assert.Contains("SHA-256", another);
        Assert.Contains("in checkpoint-000000006.safetensors", another);
    }

    [Fact]
    public void ABackboneMadeInCode_IsAskedFor()
    {
        TestWorld.Builder().UseEpochs(1).UseCheckpoints(_folder["run"]).Build().Fit(s_train).Dispose();
        Assert.Contains("ModelLoadOptions.CreateBackbone", Refused(_folder["run"], s_cpu));
        FineTunedModel.LoadCheckpoint(_folder["run"], s_cpu with { CreateBackbone = TestWorld.CreateBackbone }).Dispose();
    }

    [Fact]
    public void AnOlderCheckpoint_NeedsTheBackbonesPlace()
    {
        Cancel(Worsening().UseCheckpoints(_folder["run"]).Build(), 14, s_validation);
        Rewrite(run => run with { Place = null });
        string message = Refused(_folder["run"], s_cpu);
        Assert.Contains("does not record where its backbone was", message);
        Assert.Contains("ModelLoadOptions.Backbone", message);
        using FineTunedModel model = FineTunedModel.LoadCheckpoint(_folder["run"], s_cpu with { Backbone = Backbone() });
        model.Save(_folder["model"]);
        FineTunedModel.Load(_folder["model"], s_cpu).Dispose();
    }

    [Fact]
    public void DamagedCheckpoints_ArePassedOverWithARemark_AndStay()
    {
        Worsening().UseEpochs(1).UseCheckpoints(_folder["run"], new CheckpointOptions { EverySteps = 1 }).Build().Fit(s_train).Dispose();
        string newest = Checkpoints()[^1];
        File.WriteAllText(newest, "cut short");
        string[] before = Content(_folder["run"]);
        using (FineTunedModel model = FineTunedModel.LoadCheckpoint(_folder["run"], s_cpu))
            Assert.Contains(model.Backbone.Origin!.Remarks, remark => remark.StartsWith($"{newest} is skipped: "));
        Assert.Equal(before, Content(_folder["run"]));
        foreach (string file in Checkpoints())
            File.WriteAllText(file, "cut short");
        string message = Refused(_folder["run"], s_cpu);
        Assert.All(Checkpoints(), file => Assert.Contains(file, message));
    }

    [Fact]
    public void AFolderWithoutCheckpoints_IsNamedWithWhatToGive()
    {
        Directory.CreateDirectory(_folder["empty"]);
        Assert.Contains("UseCheckpoints", Refused(_folder["empty"], s_cpu));
        Assert.Contains(_folder["nowhere"], Refused(_folder["nowhere"], s_cpu));
        Assert.Contains("TrustedHash", Refused(_folder["empty"], s_cpu with { TrustedHash = new string('0', 64) }));
    }

    [Fact]
    public void AnEditedCheckpoint_IsRefused()
    {
        Worsening().UseEpochs(1).UseCheckpoints(_folder["run"]).Build().Fit(s_train).Dispose();
        Rewrite(run => run with { Train = run.Train with { Classes = ["red", "green"], Counts = [24, 12] } });
        Assert.Contains("classifier.weight", Refused(_folder["run"], s_cpu));
        Rewrite(run => run with { Train = run.Train with { Classes = ["red", "green", ""], Counts = [24, 12, 6] } });
        Assert.Contains("The name of class 2 is blank", Refused(_folder["run"], s_cpu));
        Rewrite(run =>
        {
            run.Recipe["Peft"]![0]!["Dimension"] = 4000;
            return run with { Train = run.Train with { Classes = ["red", "green", "blue"] } };
        });
        Assert.Contains("too few for the sizes in the recipe", Refused(_folder["run"], s_cpu));
        Rewrite(run =>
        {
            run.Recipe["Peft"] = new JsonArray(new JsonObject { ["Type"] = "no such method" });
            return run;
        });
        Assert.Contains("no such method", Refused(_folder["run"], s_cpu));
        Rewrite(run => run with { Place = run.Place! with { Name = @"\\elsewhere\share\backbone" } });
        Rewrite(run =>
        {
            run.Recipe["Peft"] = new JsonArray();
            return run;
        });
        Assert.Contains("a network path or address", Refused(_folder["run"], s_cpu));
    }

    private string Refused(string folder, ModelLoadOptions options) =>
        Assert.ThrowsAny<LiftPlusException>(() => FineTunedModel.LoadCheckpoint(folder, options).Dispose()).Message;

    private string Backbone(string name = "backbone.safetensors", int seed = 1)
    {
        using var backbone = new Backbone(TestWorld.Config);
        backbone.Initialize(seed);
        TestBackbones.WriteTimm(backbone, _folder[name]);
        return _folder[name];
    }

    // Learns for an epoch, then unlearns.
    private LongTailFineTunerBuilder Worsening(double? averaging = null, double startShare = 0) =>
        TestWorld
            .Builder()
            .UseBackbone(Backbone())
            .UseEpochs(4)
            .UseTraining(training => training with { AveragingDecay = averaging, StartShare = startShare })
            .UseLoss(new UnlearningLossOptions());

    private static ComponentRegistry Components()
    {
        ComponentRegistry components = RecipeJson.BuiltIn();
        components.Add(new UnlearningLossOptions());
        return components;
    }

    private static void Cancel(LongTailFineTuner tuner, int after, ImageDataset? validation)
    {
        using var cancellation = new CancellationTokenSource();
        var follower = new Follower(value =>
        {
            if (value.Step == after && (after % StepsPerEpoch == 0 ? value.Validation is not null : value.Phase == TrainingPhase.Training))
                cancellation.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => tuner.Fit(s_train, validation, follower, cancellation.Token));
    }

    private void Rewrite(Func<RunIdentity, RunIdentity> change)
    {
        string file = Checkpoints()[^1];
        using (NewDisposeScope())
        using (TrainingCheckpoint checkpoint = TrainingCheckpoint.Open(file))
        {
            WeightSource tensors = checkpoint.Tensors("");
            RunIdentity run = change(checkpoint.Run);
            TrainingCheckpoint.Write(
                _folder["edited"],
                run,
                checkpoint.State,
                tensors.Tensors.Keys.ToDictionary(name => name, tensors.Read)
            );
        }

        File.Move(_folder["edited"], file, overwrite: true);
    }

    private string[] Checkpoints() => [.. Directory.GetFiles(_folder["run"], "checkpoint-*.safetensors").Order(StringComparer.Ordinal)];

    private static string[] Content(string folder) =>
        [
            .. Directory
                .GetFiles(folder)
                .Where(file => !file.EndsWith("run.lock", StringComparison.Ordinal))
                .Select(file => $"{file} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")
                .Order(StringComparer.Ordinal),
        ];

    private static float[] Values(FineTunedModel model) =>
        [
            .. TrainableParameters
                .Get(model.Backbone, model.Classifier)
                .SelectMany(entry => entry.Parameter.detach().cpu().data<float>().ToArray()),
        ];

    private sealed class Follower(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private sealed record UnlearningLossOptions : LossOptions
    {
        public override string Type => "unlearning";

        public override LongTailLoss CreateLoss(LossContext context) => new UnlearningLoss();
    }

    private sealed class UnlearningLoss() : LongTailLoss("unlearning")
    {
        private int _steps;

        public override Tensor forward(Tensor logits, Tensor labels)
        {
            if (++_steps > StepsPerEpoch)
            {
                // Every label is wrong.
                labels = labels.add(TensorMath.One).remainder(TensorMath.Hold(logits.shape[1])).to(ScalarType.Int64);
            }

            return nn.functional.cross_entropy(logits, labels);
        }
    }
}
