using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Training;

/// <summary>Tests the mean of the finished model and its start, against the mean of both models.</summary>
public sealed class StartShareTests
{
    private static readonly ImageDataset s_train = TestWorld.Dataset(12, 6, 3);
    private static readonly ImageDataset s_validation = TestWorld.Dataset(5, 5, 5);

    [Theory]
    [InlineData(null, false)]
    [InlineData(0.9, false)]
    [InlineData(null, true)]
    public void TheFinishedModelIsTheMeanOfStartAndTrained(double? averaging, bool full)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        LongTailFineTuner plain = Builder(0, averaging, full).Build();
        using FineTunedModel start = plain.Start(s_train, cancellationToken: stop);
        using FineTunedModel trained = plain.Fit(s_train, cancellationToken: stop);
        using FineTunedModel mean = Builder(0.25, averaging, full).Build().Fit(s_train, cancellationToken: stop);
        Assert.NotEqual(Values(start), Values(trained));
        double[] expected = [.. Values(start).Zip(Values(trained), (before, after) => 0.25 * before + 0.75 * after)];
        TensorAssert.Close(expected, Values(mean), 1e-6, 1e-6, "values");
    }

    [Fact]
    public void ValidationTestsTheMean_AndTrainingGoesOnWithTheTrainedValues()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        LongTailFineTuner tuner = Builder(0.25).UseTraining(training => training with { Return = ReturnedModel.Last }).Build();
        using FineTunedModel validated = tuner.Fit(s_train, s_validation, cancellationToken: stop);
        using FineTunedModel without = tuner.Fit(s_train, cancellationToken: stop);
        Assert.Equal(Values(without), Values(validated));
        Assert.Equal(validated.Evaluate(s_validation, cancellationToken: stop).Metrics.PerClass, validated.ValidationHistory[^1].PerClass);
    }

    [Fact]
    public void TheModelThatTheRunStartsFromIsTheStart()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using FineTunedModel start = Builder(0).Build().Fit(s_train, cancellationToken: stop);
        LongTailFineTuner Tuner(double share) => Builder(share).UseInitialModel(start).UseSeed(5).Build();
        using FineTunedModel trained = Tuner(0).Fit(s_train, cancellationToken: stop);
        using FineTunedModel mean = Tuner(0.5).Fit(s_train, cancellationToken: stop);
        double[] expected = [.. Values(start).Zip(Values(trained), (before, after) => (before + after) / 2)];
        TensorAssert.Close(expected, Values(mean), 1e-6, 1e-6, "values");
    }

    private static LongTailFineTunerBuilder Builder(double share, double? averaging = null, bool full = false)
    {
        LongTailFineTunerBuilder builder = TestWorld
            .Builder()
            .UseEpochs(2)
            .UseTraining(training => training with { StartShare = share, AveragingDecay = averaging });
        return full ? builder.AddFullFineTuning() : builder;
    }

    private static double[] Values(FineTunedModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        return [.. TrainableParameters.State(model.Backbone, model.Classifier).SelectMany(entry => TensorAssert.Doubles(entry.Value))];
    }
}
