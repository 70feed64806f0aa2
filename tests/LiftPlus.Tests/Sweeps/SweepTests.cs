using System.Collections.Immutable;
using System.Globalization;
using LiftPlus.Metrics;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Sweeps;

public sealed class SweepTests : IDisposable
{
    private static readonly ImageDataset s_train = TestWorld.Dataset(24, 12, 6);
    private readonly TemporaryFolder _folder = new();
    private readonly List<SweepProgress> _progress = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ACandidateThatLearns_WinsOverADefaultThatDoesNot()
    {
        LongTailFineTuner tuner = Builder().UseLearningRate(1e-9).Build();
        SweepResult result = await tuner.SweepAsync(
            TestWorld.Dataset(30, 30, 30),
            [new("faster", builder => builder.UseLearningRate(0.05)), new("same", _ => { })],
            new() { Repeats = 6 },
            new Follower(_progress.Add)
        );
        Assert.Equal(["default", "faster", "same"], result.Candidates.Select(candidate => candidate.Name));
        Assert.All(result.Candidates, candidate => Assert.Equal(6, candidate.Values.Length));
        Assert.Equal("faster", result.Best.Name);
        Assert.Equal((0.05, 0), (result.Recipe.Training.LearningRate, result.Recipe.Training.Seed));
        Assert.True(result.Recipe.Training.CheckImages);
        Assert.Equal((0.0, false), (result.Candidates[2].Difference!.Points.Mean, result.Candidates[2].IsBetter));
        Assert.Equal(0.975, result.Comparison.Level, 1e-12);
        Assert.Equal(
            result.Candidates.Select(candidate => candidate.Values.Average()),
            result.Comparison.Methods.Select(method => method.Measures[ReportMeasure.MeanClass]!.Mean)
        );
        string text = result.ToString();
        Assert.Contains("| candidate | mean % | difference | 97.5 % interval |", text);
        Assert.Contains("faster is ", text);
        Assert.Contains("better than default in the mean over classes: outside the noise of 6 repeats.", text);
        Assert.Equal(12, Runs()); // what is the same is trained once
        Assert.Equal(18, _progress.Count(report => report.Result is not null));
        Assert.Equal((18, 18), (_progress[^1].Done, _progress[^1].Total));
    }

    [Fact]
    public async Task WithoutABetterCandidate_TheDefaultIsBest_AndTheTextSaysSo()
    {
        SweepResult result = await Run(Builder().Build(), [new("frozen", builder => builder.UseLearningRate(1e-9))], new() { Repeats = 3 });
        Assert.Equal("default", result.Best.Name);
        Assert.True(result.Candidates[1].Difference!.Points.Mean < 0);
        Assert.Contains("No candidate is better than the default by more than the noise.", result.ToString());
    }

    [Fact]
    public async Task WithoutCandidates_FiguresAreAveragedOverTheRepeats_AndEveryClassIsHeldOut()
    {
        ImageDataset train = TestWorld.Dataset(24, 2, 1);
        SweepResult result = await Run(Builder().Build(), [], new() { Repeats = 3, Metric = ReportMeasure.Few });
        double few = result.Comparison.Runs.Average(run => run.Report.Metrics.Few!.Value);
        Assert.Equal(few, result.Comparison.Methods.Single().Measures[ReportMeasure.Few]!.Mean, 1e-9);
        Assert.Equal(few, result.Best.Values.Average(), 1e-9);
        Assert.Contains("There are no candidates", result.ToString());

        SweepResult tail = await Builder().Build().SweepAsync(train, [], new() { Repeats = 2 });
        Assert.All(tail.Comparison.Runs, run => Assert.Equal([5, 1, 0], run.Report.Metrics.PerClassCount)); // the last has one image
        Assert.All(tail.Comparison.Runs, run => Assert.Equal([19, 1, 1], run.Report.Classes.Counts));
        Assert.Equal(2, tail.Comparison.Runs.Select(run => string.Join(' ', run.Report.ImageNames)).Distinct().Count());
    }

    [Fact]
    public async Task AStoppedSweep_ContinuesWhereItWas_WithTheSameResult()
    {
        SweepCandidate[] candidates = [new("slow", builder => builder.UseLearningRate(0.001))];
        SweepOptions options = new() { Repeats = 3, Folder = _folder["sweep"] };
        LongTailFineTuner tuner = Builder().Build();
        SweepResult expected = await Run(tuner, candidates, options with { Folder = null });
        int steps = Steps();
        _progress.Clear();
        for (int stop = 0; stop < 3; stop++)
        {
            using CancellationTokenSource cancellation = new();
            int left = 7 * stop + 4; // in the first run, then later
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                tuner.SweepAsync(
                    s_train,
                    candidates,
                    options,
                    new Follower(report =>
                    {
                        _progress.Add(report);
                        if (report.Training?.Phase == TrainingPhase.Training && --left == 0)
                            cancellation.Cancel();
                    }),
                    cancellation.Token
                )
            );
        }

        SweepResult result = await Run(tuner, candidates, options);
        Assert.Equal(steps, Steps()); // none twice
        AssertSame(expected, result);
        _progress.Clear();
        AssertSame(expected, await Run(tuner, candidates, options));
        Assert.Equal(0, Steps());
        SweepResult more = await Run(tuner, [.. candidates, new("fast", builder => builder.UseLearningRate(0.1))], options);
        Assert.Equal(3, Runs()); // only what is new
        Assert.Equal(expected.Candidates[1].Values, more.Candidates[1].Values);
        Assert.All(
            Directory.GetFileSystemEntries(options.Folder!).Where(entry => !entry.EndsWith(".lock", StringComparison.Ordinal)),
            entry => Assert.EndsWith(".json", entry)
        );
    }

    [Fact]
    public async Task TwoSweepsOnOneFolder_ShareTheRuns()
    {
        SweepOptions options = new() { Repeats = 4, Folder = _folder["sweep"] };
        SweepCandidate[] candidates = [new("slow", builder => builder.UseLearningRate(0.001))];
        SweepResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => Builder().Build().SweepAsync(s_train, candidates, options, new Follower(Add)))
        );
        AssertSame(results[0], results[1]);
        Assert.Equal(8, Runs());

        void Add(SweepProgress report)
        {
            lock (_progress)
                _progress.Add(report);
        }
    }

    [Fact]
    public async Task ACandidateThatDiverges_IsListedWithTheReason()
    {
        SweepOptions options = new() { Repeats = 2, Folder = _folder["sweep"] };
        SweepCandidate[] candidates = [new("wild", builder => builder.UseLoss(new DivergingLossOptions()))];
        LongTailFineTuner tuner = Builder().Build();
        SweepResult result = await Run(tuner, candidates, options);
        Assert.Contains("wild failed: The loss of step 1 is NaN, at a learning rate of 0.05.", result.ToString());
        Assert.Contains("No candidate is better", result.ToString());
        Assert.Equal(
            ("default", "The loss of step 1 is NaN, at a learning rate of 0.05."),
            (result.Best.Name, result.Candidates[1].Failure)
        );
        Assert.Equal((0, false), (result.Candidates[1].Values.Length, result.Candidates[1].IsBetter));
        _progress.Clear();
        Assert.Contains(
            "wild failed: The loss of step 1 is NaN, at a learning rate of 0.05.",
            (await Run(tuner, candidates, options)).ToString()
        );
        Assert.Equal(0, Steps());
    }

    [Fact]
    public async Task TheBackboneIsReadOnce_AndThePresetOfACandidateKeepsIt()
    {
        string file = _folder["vit.safetensors"];
        using (Backbone backbone = TestWorld.CreateBackbone())
            TestBackbones.WriteTimm(backbone, file);
        LongTailFineTuner tuner = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(file)
            .UseTraining(t => t with { Epochs = 1, BatchSize = 8, Seed = 3 })
            .UseDevice("cpu")
            .Build();
        (ImageDataset train, ImageDataset heldOut) = s_train.HoldOut(0.2, seed: 0, minimumPerClass: 1);
        using FineTunedModel first = tuner.Fit(train, heldOut);
        SweepResult result = await tuner.SweepAsync(
            s_train,
            [new("preset", builder => builder.UsePreset("Lift").UseEpochs(1))],
            new() { Repeats = 2 },
            new Follower(report => File.Delete(file))
        );
        Assert.Equal(first.Evaluate(heldOut).Outcomes, result.Comparison.Runs[0].Report.Outcomes); // as a run outside of a sweep
        Assert.Equal(file, result.Candidates[1].Recipe.Backbone);
        Assert.Equal(4, result.Comparison.Runs.Length);
    }

    [Fact]
    public async Task TheImagesOfAGroup_StayTogether()
    {
        SweepOptions options = new() { Repeats = 3, Group = image => $"{Number(image.Name) / 3}" };
        SweepResult result = await Run(Builder().Build(), [], options);
        Assert.All(result.Comparison.Runs, run =>
            Assert.All(run.Report.ImageNames.GroupBy(name => Number(name) / 3), group => Assert.Equal(3, group.Count()))
        );

        static int Number(string name) => int.Parse(name.Split(' ')[1], CultureInfo.InvariantCulture); // "image 7 in memory"
    }

    [Fact]
    public async Task TheImageCache_IsSharedByAllRuns()
    {
        CountingDecoder decoder = new();
        ImageDataset files = ImageDataset.FromBytes(
            Enumerable.Range(0, 12).Select(i => ((ReadOnlyMemory<byte>)TestWorld.Png(i % 3, 20 + i), TestWorld.Names[i % 3]))
        );
        LongTailFineTuner tuner = Builder().UseDecoder(decoder).UseImageCache().UseTraining(t => t with { CheckImages = false }).Build();
        await tuner.SweepAsync(files, [new("slow", builder => builder.UseLearningRate(0.001))], new() { Repeats = 3 });
        Assert.Equal(12, decoder.Decoded);
    }

    [Fact]
    public async Task WhatCannotBeCompared_IsRejectedBeforeTraining()
    {
        LongTailFineTuner tuner = Builder().Build();
        Assert.Contains("The candidate 'gpu' changes more than the recipe", await Rejected([new("gpu", b => b.UseDevice("cuda:7"))]));
        Assert.Contains("has the name 'default'", await Rejected([new("default", _ => { })]));
        Assert.Contains("has the name 'twice'", await Rejected([new("twice", _ => { }), new("twice", _ => { })]));
        Assert.Contains("has the name ' '", await Rejected([new(" ", _ => { })]));
        string both = await Rejected([new("zero", b => b.UseEpochs(0)), new("none", b => b.UseBatchSize(0))]);
        Assert.Contains("Candidate 'zero': Training.Epochs: the value is 0.", both);
        Assert.Contains("Candidate 'none': Training.BatchSize: the value is 0.", both);
        Assert.Contains("on many-shot classes", await Rejected([], new() { Metric = ReportMeasure.Many }));
        Assert.Contains("SweepOptions.Repeats: the value is 1.", await Rejected([], new() { Repeats = 1 }));
        Assert.Contains("SweepOptions.Confidence: the value is 1.", await Rejected([], new() { Confidence = 1 }));
        Assert.Contains("SweepOptions.Validation.Share: the value is 1.", await Rejected([], new() { Validation = new() { Share = 1 } }));
        Assert.Contains("SweepOptions.Folder", await Rejected([], new() { Folder = " " }));
        Assert.Contains("SweepOptions.Metric", await Rejected([], new() { Metric = (ReportMeasure)99 }));
        string file = _folder.Write("file", "");
        Assert.Contains("cannot be used for a sweep", await Rejected([], new() { Folder = Path.Combine(file, "sweep") }));
        Assert.Empty(_progress);

        async Task<string> Rejected(SweepCandidate[] candidates, SweepOptions? options = null) =>
            (await Assert.ThrowsAnyAsync<LiftPlusException>(() => Run(tuner, candidates, options ?? new()))).Message;
    }

    private static LongTailFineTunerBuilder Builder() =>
        TestWorld.Builder().UseCosineClassifier(25, ClassifierInitialization.None).UseTraining(t => t with { Epochs = 2 });

    private Task<SweepResult> Run(LongTailFineTuner tuner, IEnumerable<SweepCandidate> candidates, SweepOptions options) =>
        tuner.SweepAsync(s_train, candidates, options, new Follower(_progress.Add));

    private int Steps() => _progress.Count(report => report.Training?.Phase == TrainingPhase.Training);

    private int Runs() => _progress.Count(report => report.Training is { Phase: TrainingPhase.Training, Step: 1 });

    private static void AssertSame(SweepResult expected, SweepResult result)
    {
        Assert.Equal(expected.ToString(), result.ToString());
        Assert.All(expected.Candidates.Zip(result.Candidates), pair =>
            Assert.Equal<ImmutableArray<double>>(pair.First.Values, pair.Second.Values)
        );
    }

    private sealed class Follower(Action<SweepProgress> report) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => report(value);
    }
}
