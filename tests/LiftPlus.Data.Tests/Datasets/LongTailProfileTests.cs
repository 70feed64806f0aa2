namespace LiftPlus.Data.Tests;

public sealed class LongTailProfileTests
{
    [Theory]
    [InlineData(10, 19573, 69, 31, 0)]
    [InlineData(50, 12608, 41, 41, 18)]
    [InlineData(100, 10847, 35, 35, 30)]
    public void Cifar100HasThePublishedCounts(int ratio, int total, int many, int medium, int few)
    {
        ImageDataset subset = new LongTailProfile(ratio).Apply(Dataset([.. Enumerable.Repeat(500, 100)]));
        Assert.Equal(total, subset.Count);
        Assert.Equal((500, 500 / ratio), (subset.Classes.Counts[0], subset.Classes.Counts[^1]));
        ShotGroup[] groups = [.. Enumerable.Range(0, 100).Select(subset.Classes.GroupOf)];
        Assert.Equal(
            [many, medium, few],
            new[] { ShotGroup.Many, ShotGroup.Medium, ShotGroup.Few }.Select(group => groups.Count(one => one == group))
        );
    }

    [Theory]
    [InlineData(LongTailShape.Exponential, 256)]
    [InlineData(LongTailShape.Pareto, 256)]
    [InlineData(LongTailShape.Pareto, 1)]
    [InlineData(LongTailShape.Exponential, 3.5)]
    public void CountsFallFromTheLargestToTheRatio(LongTailShape shape, double ratio)
    {
        int[] counts = new LongTailProfile(ratio, shape).Counts(1000, 1280);
        Assert.Equal(1280, counts[0]);
        Assert.InRange(counts[^1], 1280 / ratio - 1, 1280 / ratio);
        Assert.Equal(counts.OrderDescending(), counts);
        Assert.Equal([1280], new LongTailProfile(ratio, shape).Counts(1, 1280));
    }

    [Fact]
    public void ParetoFallsFasterAtTheHead()
    {
        int[] exponential = new LongTailProfile(100).Counts(100, 500);
        int[] pareto = new LongTailProfile(100, LongTailShape.Pareto).Counts(100, 500),
            steep = new LongTailProfile(100, LongTailShape.Pareto) { Power = 1 }.Counts(100, 500);
        Assert.All(Enumerable.Range(1, 98), rank =>
            Assert.True(steep[rank] <= pareto[rank] && pareto[rank] <= exponential[rank], $"{rank}")
        );
        Assert.True(steep.Sum() < pareto.Sum() && pareto.Sum() < exponential.Sum());
    }

    [Fact]
    public void UnbalancedSetsKeepTheProfile()
    {
        // The second class bounds the head: 40 = floor(largest · 100^(-1/3)) allows 190 at most.
        ImageDataset dataset = Dataset([30, 900, 0, 40, 25]);
        ImageDataset subset = new LongTailProfile(100).Apply(dataset);
        Assert.Equal([8, 190, 0, 40, 1], subset.Classes.Counts);
        Assert.Equal(subset.Count, subset.Select(image => image.Name).Distinct().Count());
        Assert.Equal(dataset.ClassNames, subset.ClassNames);
    }

    [Fact]
    public void SameSeedSameImages_HigherRatioKeepsAPart()
    {
        ImageDataset dataset = Dataset([.. Enumerable.Repeat(60, 12)]);
        string[] Paths(double ratio, int seed) => [.. new LongTailProfile(ratio).Apply(dataset, seed).Select(image => image.Name)];
        Assert.Equal(Paths(10, 3), Paths(10, 3));
        Assert.NotEqual(Paths(10, 3), Paths(10, 4));
        Assert.Subset(Paths(10, 3).ToHashSet(), Paths(50, 3).ToHashSet());
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void RatiosBelowOneAreRefused(double ratio) =>
        Assert.Contains("imbalance ratio is", Assert.Throws<LiftPlusException>(() => new LongTailProfile(ratio)).Message);

    [Fact]
    public void HoldOutTakesTheShareOfEveryClass()
    {
        ImageDataset dataset = Dataset([100, 25, 0, 4, 2, 1]);
        (ImageDataset train, ImageDataset held) = dataset.HoldOut(0.2, seed: 5);
        Assert.Equal([20, 5, 0, 1, 0, 0], held.Classes.Counts);
        Assert.Equal([80, 20, 0, 3, 2, 1], train.Classes.Counts);
        Assert.Equal(dataset.Select(image => image.Name).Order(), train.Concat(held).Select(image => image.Name).Order());
        Assert.Equal(held.Select(image => image.Name), dataset.HoldOut(0.2, seed: 5).HeldOut.Select(image => image.Name));
        Assert.NotEqual(held.Select(image => image.Name), dataset.HoldOut(0.2, seed: 6).HeldOut.Select(image => image.Name));
        Assert.Equal([99, 24, 0, 3, 1, 0], dataset.HoldOut(0.999).HeldOut.Classes.Counts);
    }

    [Fact]
    public void PartsThatCannotBeAreRefused()
    {
        ImageDataset dataset = Dataset([5, 1]);
        Assert.Contains("above 0 and below 1", Assert.Throws<LiftPlusException>(() => dataset.HoldOut(1)).Message);
        Assert.Contains("holds out no image", Assert.Throws<LiftPlusException>(() => dataset.HoldOut(0.01)).Message);
        Assert.Contains(
            "Index 6 is outside the dataset, which has 6 images: 0 to 5.",
            Assert.Throws<LiftPlusException>(() => dataset.Subset([6])).Message
        );
        Assert.Contains(
            "'dog' is not among the 2 classes",
            Assert.Throws<LiftPlusException>(() => dataset.WithClassNames(new Dictionary<string, string> { ["dog"] = "cat" })).Message
        );
        Assert.Equal(["class 0", "cat"], dataset.WithClassNames(new Dictionary<string, string> { ["class 1"] = "cat" }).ClassNames);
    }

    private static ImageDataset Dataset(int[] counts)
    {
        int[] labels = [.. counts.SelectMany((count, label) => Enumerable.Repeat(label, count))];
        new Random(1).Shuffle(labels);
        return new ImageDataset(
            labels.Select((label, i) => new LabeledImage($"{i}", label)),
            [.. counts.Select((_, label) => $"class {label}")]
        );
    }
}
