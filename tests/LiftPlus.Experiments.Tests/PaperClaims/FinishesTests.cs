using LiftPlus.Experiments.PaperClaims;
using LiftPlus.Samples;

namespace LiftPlus.Experiments.Tests.PaperClaims;

/// <summary>Tests what a trained model becomes, against the same done by hand.</summary>
public sealed class FinishesTests : IDisposable
{
    private readonly ImageDataset _train = new SmallWorld("large").Load(0).Train;
    private readonly LongTailFineTuner _tuner;
    private readonly FineTunedModel _model;

    public FinishesTests()
    {
        _tuner = TinyClipTask
            .CreateBuilder(new Contender("head", builder => builder.UseClassifierOnly().UseLinearClassifier()), seed: 3, epochs: 1)
            .Build();
        _model = _tuner.Fit(_train, cancellationToken: TestContext.Current.CancellationToken);
    }

    private Finishes Finishes => new(_tuner, _train, TestContext.Current.CancellationToken);

    [Fact]
    public void AModelStaysItself() => Assert.Same(_model, Finishes.Apply(Finish.None, _model));

    [Fact]
    public void ASoupIsTheMeanOfThreeRunsFromOneStart()
    {
        using FineTunedModel start = _tuner.Start(_train, cancellationToken: TestContext.Current.CancellationToken);
        IEnumerable<float> sum = Weight(_model);
        foreach (int seed in new[] { 1003, 2003 })
        {
            using FineTunedModel branch = LongTailFineTuner
                .CreateBuilder()
                .UseInitialModel(start)
                .UseSeed(seed)
                .Build()
                .Fit(_train, cancellationToken: TestContext.Current.CancellationToken);
            Assert.NotEqual(Weight(_model), Weight(branch));
            sum = sum.Zip(Weight(branch), (a, b) => a + b);
        }

        using var soup = (FineTunedModel)Finishes.Apply(Finish.Soup, _model);
        AssertClose(sum.Select(value => value / 3), Weight(soup));
    }

    [Fact]
    public void ARetrainedClassifierIsAnotherOneOnTheSameFeatures()
    {
        using var retrained = (FineTunedModel)Finishes.Apply(Finish.RetrainedClassifier, _model);
        Assert.NotEqual(Weight(_model), Weight(retrained));
        Assert.Equal("cross-entropy", retrained.Recipe.Loss.Type);
        Assert.Equal("class-balanced", retrained.Recipe.Sampler.Type);
    }

    [Fact]
    public void ANormalizedClassifierHasRowsOfLessDifferentLength()
    {
        IEnumerable<float> expected = [.. Lengths(_model).Select(length => MathF.Pow(length, 0.3f))];
        using ImageClassifier normalized = Finishes.Apply(Finish.NormalizedClassifier, _model);
        AssertClose(expected, Lengths(_model));
    }

    [Fact]
    public void ALongTailSoupFoldsInTheBranchesOfEveryCap()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        ImageDataset oneEach = Keep(_ => 1);
        ImageDataset train = Keep(label => label < 3 ? 2 : 1);
        using FineTunedModel start = _tuner.Start(train, cancellationToken: stop);
        FineTunedModel Branch(ImageDataset images, int seed) =>
            LongTailFineTuner.CreateBuilder().UseInitialModel(start).UseSeed(seed).Build().Fit(images, cancellationToken: stop);
        using FineTunedModel first = Branch(oneEach, 1003);
        using FineTunedModel second = Branch(oneEach, 2003);
        using FineTunedModel third = Branch(train, 1003);
        using FineTunedModel fourth = Branch(train, 2003);
        using var mean = FineTunedModel.Average(
            [start, first, second, third, fourth],
            [0.09, 0.105, 0.105, 0.35, 0.35], // 0.3 (0.3 start + 0.7 of the first cap) + 0.7 of the second
            cancellationToken: stop
        );
        using FineTunedModel expected = LongTailFineTuner
            .CreateBuilder()
            .UseInitialModel(mean)
            .UseTraining(training => training with { ClassifierTraining = ClassifierTraining.Continued })
            .Build()
            .Fit(train, cancellationToken: stop);

        using var soup = (FineTunedModel)new Finishes(_tuner, train, stop).Apply(Finish.LongTailSoup, _model);
        AssertClose(Weight(expected), Weight(soup));
        Assert.NotEqual(Weight(mean), Weight(soup));
    }

    [Fact]
    public void ADebiasedModelIsTheEnsembleWithTheZeroShotModel()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using var ensemble = DebiasedEnsemble.Create(_model, _train, cancellationToken: stop);
        using ImageClassifier made = Finishes.Apply(Finish.Debiased, _model);
        Assert.NotEqual(PerClass(_model), PerClass(made));
        Assert.Equal(PerClass(ensemble), PerClass(made));
    }

    public void Dispose() => _model.Dispose();

    private ImageDataset Keep(Func<int, int> count) =>
        new(_train.GroupBy(image => image.Label).SelectMany(images => images.Take(count(images.Key))), _train.ClassNames);

    private IEnumerable<double?> PerClass(ImageClassifier classifier) =>
        classifier.Evaluate(_train, cancellationToken: TestContext.Current.CancellationToken).Metrics.PerClass;

    private static float[] Weight(FineTunedModel model) =>
        [.. model.Classifier.named_parameters().First(entry => entry.name == "weight").parameter.data<float>()];

    private static float[] Lengths(FineTunedModel model) =>
        [.. Weight(model).Chunk((int)model.Backbone.Image.FeatureDimension).Select(row => MathF.Sqrt(row.Sum(value => value * value)))];

    private static void AssertClose(IEnumerable<float> expected, float[] found)
    {
        float[] values = [.. expected];
        Assert.Equal(values.Length, found.Length);
        Assert.All(values.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
