using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Models;

/// <summary>Averages of models: every value is the weighted mean, and what does not fit together is listed.</summary>
public sealed class ModelAverageTests : IDisposable
{
    private static readonly ModelLoadOptions s_options = new() { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryTrainedValueIsTheWeightedMean()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        using FineTunedModel one = Builder(1).Build().Fit(train),
            two = Builder(2).Build().Fit(train),
            three = Builder(3).Build().Fit(train);
        using FineTunedModel average = FineTunedModel.Average([one, two, three], [0.5, 0.75, -0.25], s_options);
        double[][] values = [.. new[] { one, two, three }.Select(Values)];
        double[] found = Values(average);
        Assert.Equal(values[0].Length, found.Length);
        for (int i = 0; i < found.Length; i++)
            Assert.Equal(0.5 * values[0][i] + 0.75 * values[1][i] - 0.25 * values[2][i], found[i], 1e-6);
        Assert.Equal(RecipeJson.Write(one.Recipe), RecipeJson.Write(average.Recipe));
        Assert.Equal(one.ClassNames, average.ClassNames);
        Assert.Null(average.TrainingTime);
    }

    [Fact]
    public void TheMeanOfAModelWithItselfPredictsAsTheModelDoes()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        using FineTunedModel model = Builder(1).Build().Fit(train),
            average = FineTunedModel.Average([model, model], options: s_options);
        Assert.Equal(Values(model), Values(average));
        average.Save(_folder["average"]);
        using FineTunedModel loaded = FineTunedModel.Load(_folder["average"], s_options);
        Assert.Equal(
            model.Predict(train.Select(image => image.Source)).Select(prediction => prediction.Top[0]),
            loaded.Predict(train.Select(image => image.Source)).Select(prediction => prediction.Top[0])
        );
    }

    [Fact]
    public void AStartAndATunedModelMeetInTheMiddle()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        LongTailFineTuner tuner = Builder(1).UseCheckpoints(_folder["run"]).Build();
        using FineTunedModel start = tuner.Start(train),
            tuned = tuner.Fit(train); // the start has left no checkpoint
        Assert.All(Values(start).Zip(Values(Builder(1).UseLearningRate(1e-12).Build().Fit(train))), pair =>
            Assert.Equal(pair.First, pair.Second, 1e-7)
        );
        using FineTunedModel middle = FineTunedModel.Average([start, tuned], [0.25, 0.75], s_options);
        double[] from = Values(start),
            to = Values(tuned);
        Assert.NotEqual(from, to);
        Assert.All(Values(middle).Index(), entry => Assert.Equal(0.25 * from[entry.Index] + 0.75 * to[entry.Index], entry.Item, 1e-6));
    }

    [Fact]
    public void WhatDoesNotFitTogetherIsListed()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2),
            others = train.Relabel(name => name == "blue" ? "violet" : name);
        using FineTunedModel one = Builder(1).Build().Fit(train),
            lora = Builder(1).AddLora(new LoraOptions { Rank = 2 }).Build().Fit(train),
            renamed = Builder(1).UseLinearClassifier().UseBackbone(Another).Build().Fit(others);
        string message = Refused([one, lora, renamed], [0.5, 0.4]);
        Assert.Contains("there are 3 models and 2 weights", message);
        Assert.Contains("the weights 0.5, 0.4 have the sum 0.9; it must be 1", message);
        Assert.Contains("models[1]: Peft[0].Type: \"adaptformer\" in models[0], \"lora\" now", message);
        Assert.Contains("models[2]: it has other classes or another order of them", message);
        Assert.Contains("models[2]: Classifier.Type: \"cosine\" in models[0], \"linear\" now", message);
        Assert.Contains("models[2]: Backbone: test ViT (SHA-256 ", message);
        Assert.Contains("there are 1; give two or more", Refused([one], null));
        Assert.Contains("ModelLoadOptions.CreateBackbone", Refused([one, one], null, new ModelLoadOptions()));
    }

    [Fact]
    public void MasksOfOtherEntriesAreNotAveraged()
    {
        ImageDataset train = TestWorld.Dataset(8, 4, 2);
        using FineTunedModel one = Masked(1).Build().Fit(train),
            same = Masked(1).UseEpochs(1).Build().Fit(train);
        FineTunedModel.Average([one, same], options: s_options).Dispose();
        using FineTunedModel other = Masked(2).Build().Fit(train);
        Assert.Contains("models[1]: Peft[0].Seed: 1 in models[0], 2 now", Refused([one, other], null));

        static LongTailFineTunerBuilder Masked(int seed) => Builder(1).AddPeft(new ArbitraryFineTuningOptions { Seed = seed });
    }

    private static string Refused(FineTunedModel[] models, double[]? weights, ModelLoadOptions? options = null) =>
        Assert.Throws<LiftPlusException>(() => FineTunedModel.Average(models, weights, options ?? s_options).Dispose()).Message;

    private static Backbone Another()
    {
        var backbone = new Backbone(TestWorld.Config);
        backbone.Initialize(2);
        return backbone;
    }

    private static LongTailFineTunerBuilder Builder(int seed) => TestWorld.Builder().UseSeed(seed).UseEpochs(2);

    private static double[] Values(FineTunedModel model) =>
        [.. TrainableParameters.Get(model.Backbone, model.Classifier).SelectMany(entry => TensorAssert.Doubles(entry.Parameter))];
}
