using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Training;

public sealed class FitTests
{
    [Fact]
    public void Fit_LearnsTheColours_AndReportsEveryStep()
    {
        ImageDataset train = TestWorld.Dataset(24, 12, 6),
            test = TestWorld.Dataset(5, 5, 5);
        List<TrainingProgress> reports = [];
        using FineTunedModel model = TestWorld
            .Builder()
            .UseEpochs(12)
            .UseCosineClassifier(25, ClassifierInitialization.None)
            .Build()
            .Fit(train, test, new Collector<TrainingProgress>(reports));
        EvaluationReport report = model.Evaluate(test);

        Assert.True(report.Metrics.Overall > 90, $"{report.Metrics.Overall}");
        TrainingProgress[] steps = [.. reports.Where(r => r.Phase == TrainingPhase.Training)];
        Assert.Equal(12 * 6, steps.Length); // 42 images in batches of 8
        Assert.Equal(steps.Length, steps[^1].Step);
        Assert.All(steps, step => Assert.Equal(72, step.Total));
        Assert.True(steps[^1].Loss < steps[0].Loss);
        Assert.Equal(12, reports.Count(r => r.Validation is not null));
    }

    [Fact]
    public void Fit_TakesAsManyStepsAsTheSamplerFills()
    {
        List<TrainingProgress> reports = [];
        using FineTunedModel model = TestWorld
            .Builder()
            .UseEpochs(2)
            .UseSampler(new CappedSamplerOptions { Cap = 6 })
            .Build()
            .Fit(TestWorld.Dataset(24, 12, 5), progress: new Collector<TrainingProgress>(reports));
        TrainingProgress[] steps = [.. reports.Where(report => report.Phase == TrainingPhase.Training)];
        Assert.Equal(2 * 3, steps.Length); // 6 + 6 + 5 images in batches of 8
        Assert.All(steps, step => Assert.Equal(6, step.Total));
        Assert.Equal((6, TimeSpan.Zero), (steps[^1].Step, steps[^1].Remaining));
    }

    [Fact]
    public void Fit_SameSeed_IsBitIdentical_WhateverTheWorkers()
    {
        ImageDataset train = TestWorld.Dataset(10, 6, 3);
        float[][] runs =
        [
            .. new[] { 1, 3 }.Select(workers =>
            {
                using FineTunedModel model = TestWorld.Builder().UseTraining(t => t with { LoaderWorkers = workers }).Build().Fit(train);
                return Values(model);
            }),
        ];
        Assert.Equal(runs[0], runs[1]);
        using FineTunedModel other = TestWorld.Builder().UseSeed(1).Build().Fit(train);
        Assert.NotEqual(runs[0], Values(other));
    }

    [Fact]
    public void Fit_TrainsOnlyAdaptersAndHead()
    {
        using FineTunedModel model = TestWorld.Builder().UseEpochs(1).Build().Fit(TestWorld.Dataset(8, 4, 2));
        using Backbone untouched = TestWorld.CreateBackbone();
        var trained = TrainableParameters.Get(model.Backbone, model.Classifier).Select(entry => entry.Name).ToHashSet();
        Assert.All(trained, name => Assert.True(name.Contains("adaptformer") || name.StartsWith("classifier."), name));
        var before = untouched.state_dict();
        foreach ((string name, Tensor value) in model.Backbone.state_dict().Where(entry => !trained.Contains(entry.Key)))
            Assert.True(value.eq(before[name]).all().item<bool>(), name);
    }

    [Fact]
    public void Fit_AccumulatedMicroBatches_GiveTheSameModelAsTheLargeBatch()
    {
        ImageDataset train = TestWorld.Dataset(24, 12, 6); // steps of 4 x 8 images, then one of 8 + 2
        using FineTunedModel large = TestWorld.Builder().UseTraining(t => t with { BatchSize = 32 }).Build().Fit(train);
        using FineTunedModel small = TestWorld
            .Builder()
            .UseTraining(t => t with { BatchSize = 32, AccumulationSteps = 4 })
            .Build()
            .Fit(train);
        float[] expected = Values(large),
            found = Values(small);
        double difference = Math.Sqrt(expected.Zip(found, (x, y) => Math.Pow(x - y, 2)).Sum() / expected.Sum(x => Math.Pow(x, 2)));
        Assert.True(difference < 1e-6, $"relative difference {difference:E1}");
    }

    [Fact]
    public void Fit_Cancelled_StopsAndFreesEverything()
    {
        ImageDataset train = TestWorld.Dataset(24, 12, 6);
        LongTailFineTuner tuner = TestWorld.Builder().UseEpochs(1000).Build();
        int parameters = ParameterTensors();
        long before = LiveTensors.Count();
        using var cancellation = new CancellationTokenSource();
        var reporter = new Callback<TrainingProgress>(value =>
        {
            if (value.Step >= 2)
                cancellation.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => tuner.Fit(train, progress: reporter, cancellationToken: cancellation.Token));
        LiveTensors.AssertBecome(before + parameters);
    }

    [Fact]
    public void Dispose_FreesTheWholeModel()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        int parameters = ParameterTensors();
        long before = LiveTensors.Count();
        using (FineTunedModel model = TestWorld.Builder().UseEpochs(2).Build().Fit(train))
            model.Evaluate(train);
        LiveTensors.AssertBecome(before + parameters);
    }

    [Fact]
    public void TestTimeEnsemble_IsTheMeanOfFiveCrops()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        using FineTunedModel model = TestWorld.Builder().UseEpochs(1).UseTestTimeEnsemble(4).Build().Fit(train);
        Assert.True(model.Inference.TestTimeEnsemble);
        Assert.Equal(4, model.Inference.Expand);
        EvaluationReport ensemble = model.Evaluate(train);
        Assert.Equal(14, ensemble.Metrics.Count);
    }

    [Fact]
    public void BFloat16_LearnsTheColoursToo()
    {
        ImageDataset train = TestWorld.Dataset(24, 12, 6);
        using FineTunedModel model = TestWorld
            .Builder()
            .UseEpochs(6)
            .UseTraining(t => t with { Precision = Precision.BFloat16 })
            .Build()
            .Fit(train);
        Assert.True(model.Evaluate(train).Metrics.Overall > 85);
        Assert.All(TrainableParameters.Get(model.Backbone, model.Classifier), entry => Assert.Equal(float32, entry.Parameter.dtype));
    }

    [Fact]
    public void Float16_OnTheCpu_IsRefusedBeforeAnythingIsLoaded()
    {
        LongTailFineTuner tuner = TestWorld
            .Builder()
            .UseBackbone(() => throw new InvalidOperationException("loaded"))
            .UseTraining(t => t with { Precision = Precision.Float16 })
            .Build();
        var error = Assert.Throws<LiftPlusException>(() => tuner.Fit(TestWorld.Dataset(4, 2, 2)));
        Assert.Contains("Float16", error.Message, StringComparison.Ordinal);
        Assert.Contains("BFloat16", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FitAsync_GivesTheSameModel()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        using FineTunedModel model = await TestWorld.Builder().Build().FitAsync(train);
        using FineTunedModel other = TestWorld.Builder().Build().Fit(train);
        Assert.Equal(Values(other), Values(model));
    }

    private static float[] Values(FineTunedModel model) =>
        [
            .. TrainableParameters
                .Get(model.Backbone, model.Classifier)
                .SelectMany(entry => entry.Parameter.detach().cpu().data<float>().ToArray()),
        ];

    // TorchSharp counts a Parameter twice when it is made and once when it is freed, so each run moves the count by its parameters.
    private static int ParameterTensors()
    {
        using FineTunedModel model = TestWorld.Builder().UseEpochs(1).Build().Fit(TestWorld.Dataset(8, 4, 2));
        return model.Backbone.parameters().Count() + model.Classifier.parameters().Count();
    }

    private sealed class Collector<T>(List<T> into) : IProgress<T>
    {
        public void Report(T value) => into.Add(value);
    }

    private sealed class Callback<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }
}
