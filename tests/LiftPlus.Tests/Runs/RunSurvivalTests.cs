using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Runs;

/// <summary>What a run loses, and what it does not, when something around it fails.</summary>
public sealed class RunSurvivalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AKillInAValidation_LosesNothingOfTheEpoch()
    {
        ImageDataset train = TestWorld.Dataset(24, 12, 6),
            validation = TestWorld.Dataset(2, 2, 2);
        List<TrainingProgress> whole = [],
            parts = [];
        using FineTunedModel expected = TestWorld.Builder().Build().Fit(train, validation, new Follower(whole.Add));
        LongTailFineTuner tuner = TestWorld.Builder().UseCheckpoints(_folder["run"]).Build();
        Assert.Throws<InvalidOperationException>(() =>
            tuner.Fit(
                train,
                validation,
                new Follower(value =>
                {
                    if (value is { Phase: TrainingPhase.Validating, Epoch: 2 })
                        throw new InvalidOperationException("killed");
                    parts.Add(value);
                })
            )
        );
        using FineTunedModel resumed = tuner.Resume(train, validation, new Follower(parts.Add));
        Assert.Equal(Metrics(whole), Metrics(parts)); // no step twice
        Assert.Equal(Values(expected), Values(resumed));
    }

    [Fact]
    public void ACheckpointThatCannotBeWritten_IsMissedWithAWarning()
    {
        ImageDataset train = TestWorld.Dataset(24, 12, 6),
            validation = TestWorld.Dataset(2, 2, 2);
        Directory.CreateDirectory(Path.Combine(_folder["run"], "checkpoint-000000003.safetensors")); // nothing can be put there
        List<string> log = [];
        TestWorld
            .Builder()
            .UseEpochs(1)
            .UseLogger(new ListLogger(log))
            .UseCheckpoints(_folder["run"], new CheckpointOptions { EverySteps = 1, Keep = 100 })
            .Build()
            .Fit(train, validation)
            .Dispose();
        string[] warnings =
        [
            .. log.Where(line => line.StartsWith("Warning: ", StringComparison.Ordinal) && line.Contains("continues without")),
        ];
        Assert.Single(warnings);
        Assert.Contains("The checkpoint of step 3", warnings[0]);
        Assert.Contains("Check the folder, its permissions and the free space. The newest good checkpoint: ", warnings[0]);
        Assert.EndsWith("checkpoint-000000002.safetensors", warnings[0]);
        Assert.Equal(
            ["1", "2", "4", "5", "6"],
            Directory
                .GetFiles(_folder["run"], "checkpoint-*")
                .Select(file => Path.GetFileName(file)["checkpoint-00000000".Length..].Split('.')[0])
                .Order()
        );
    }

    [Fact]
    public void AFolderThatCannotBeMade_IsAnErrorAtOnce()
    {
        string file = _folder.Write("file", "");
        List<TrainingProgress> reports = [];
        LongTailFineTuner tuner = TestWorld.Builder().UseCheckpoints(Path.Combine(file, "run")).Build();
        Assert.Contains(
            "cannot be used for checkpoints",
            Assert.Throws<LiftPlusException>(() => tuner.Fit(TestWorld.Dataset(4, 4, 4), progress: new Follower(reports.Add))).Message
        );
        Assert.Empty(reports);
    }

    [Fact]
    public void AnImageThatEndsTheRun_LeavesACheckpointOfTheLastStep()
    {
        ImageDataset drawn = TestWorld.Dataset(24, 12, 6);
        bool isBroken = false;
        ImageDataset train = new(
            drawn.Select(image =>
                image with
                {
                    Source = ImageSource.FromPixels(
                        () => isBroken ? throw new ImageDecodeException(image.Name, "it is gone") : image.Source.Load(),
                        image.Name
                    ),
                }
            ),
            drawn.ClassNames
        );
        List<TrainingProgress> whole = [],
            parts = [];
        LongTailFineTunerBuilder Builder() => TestWorld.Builder().UseTraining(t => t with { LoaderWorkers = 1 });
        using FineTunedModel expected = Builder().Build().Fit(train, progress: new Follower(whole.Add));
        LongTailFineTuner tuner = Builder().UseCheckpoints(_folder["run"]).Build();
        Assert.Throws<ImageDecodeException>(() =>
            tuner.Fit(
                train,
                progress: new Follower(value =>
                {
                    parts.Add(value);
                    isBroken |= value.Phase == TrainingPhase.Training && value.Step == 2;
                })
            )
        );
        Assert.InRange(parts[^1].Step, 2, 17);
        isBroken = false;
        using FineTunedModel resumed = tuner.Resume(train, progress: new Follower(parts.Add));
        Assert.Equal(Metrics(whole), Metrics(parts));
        Assert.Equal(Values(expected), Values(resumed));
    }

    [Fact]
    public void ValidationClassesThatTheModelWillNotKnow_AreNamedBeforeTheFirstEpoch()
    {
        ImageDataset train = TestWorld.Dataset(4, 4, 4);
        ImageDataset validation = new(TestWorld.Dataset(1, 1, 1), ["red", "green", "violet"]);
        List<TrainingProgress> reports = [];
        LongTailFineTuner tuner = TestWorld.Builder().UseTraining(t => t with { CheckImages = false }).Build();
        Assert.Contains(
            "'violet'",
            Assert.Throws<LiftPlusException>(() => tuner.Fit(train, validation, new Follower(reports.Add))).Message
        );
        Assert.Empty(reports);
    }

    private static float[] Values(FineTunedModel model) =>
        [
            .. TrainableParameters
                .Get(model.Backbone, model.Classifier)
                .SelectMany(entry => entry.Parameter.detach().cpu().data<float>().ToArray()),
        ];

    private static (int, long, double, double, double?)[] Metrics(IEnumerable<TrainingProgress> reports) =>
        [
            .. reports
                .Where(value => value.Phase == TrainingPhase.Training || value.Validation is not null)
                .Select(value => (value.Epoch, value.Step, value.Loss, value.Accuracy, value.Validation?.Metrics.Overall)),
        ];

    private sealed class Follower(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
