using LiftPlus.Experiments.Decisions;
using LiftPlus.Samples;

namespace LiftPlus.Experiments.Tests.Decisions;

public sealed class LookMeasurementTests
{
    private readonly ShapesPool _shapes = new();

    // In a corner, so that a map with a preference for the middle fails.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AMapPointsAtTheShapeMoreOftenThanChance(bool isMoved)
    {
        using FineTunedModel model = Train(builder => builder);
        Row[] rows = [.. LookMeasurement.Measure("", model, _shapes.Masked(4, isMoved))];
        double hits = Value("hits", "map"),
            chance = Value("hits", "any place");
        // 224 images: an error of 3.3 points at half.
        Assert.True(hits > chance + 10, $"{hits} % by the map, {chance} % by chance");
        Assert.True(Value("share", "map") > Value("share", "any pixel") + 3);
        Assert.InRange(chance, 20, 80);

        double Value(string measure, string method) =>
            rows.Single(row => row.Measure.StartsWith(measure, StringComparison.Ordinal) && row.Method == method).Value;
    }

    // The sanity check of arXiv 1810.03292: a map that stays the same explains the image, not the model.
    [Fact]
    public void WithRandomParametersTheMapIsAnother()
    {
        using FineTunedModel model = Train(builder => builder),
            otherSeed = Train(builder => builder.UseTraining(training => training with { Seed = 1 })),
            random = Train(builder => builder.UseBackbone(CreateRandom));
        ImageSource[] images = [.. _shapes.Masked(1).Select(image => image.Image)];
        double alike = Correlation(model, otherSeed, images),
            withRandom = Correlation(model, random, images);
        Assert.Equal(1, Correlation(model, model, images), precision: 6);
        Assert.InRange(Math.Abs(withRandom), 0, 0.3);
        Assert.True(alike > withRandom + 0.3, $"{alike} with another seed, {withRandom} with random parameters");
    }

    private static Backbone CreateRandom()
    {
        using Backbone trained = Backbone.Load(TinyClipTask.BackboneFolder);
        Backbone random = new(trained.Config with { Text = null, EmbedDimension = null });
        random.Initialize(3);
        return random;
    }

    private FineTunedModel Train(Func<LongTailFineTunerBuilder, LongTailFineTunerBuilder> change) =>
        change(TinyClipTask.CreateBuilder(new Contender("LIFT+", _ => { }), seed: 0, epochs: 1)).Build().Fit(_shapes.Train(most: 4));

    // The mean over images of Spearman's correlation of two maps for the same class.
    private static double Correlation(FineTunedModel a, FineTunedModel b, ImageSource[] images) =>
        images.Average(image =>
        {
            SaliencyMap first = a.Explain(image),
                second = b.Explain(image, first.ClassName);
            double[] x = Ranks(first.Values),
                y = Ranks(second.Values);
            double mean = (x.Length - 1) / 2.0;
            return x.Zip(y, (p, q) => (p - mean) * (q - mean)).Sum() / x.Sum(p => (p - mean) * (p - mean));
        });

    private static double[] Ranks(IReadOnlyList<float> values)
    {
        double[] ranks = new double[values.Count];
        foreach ((int rank, int place) in Enumerable.Range(0, values.Count).OrderBy(place => values[place]).Index())
            ranks[place] = rank;
        return ranks;
    }
}
