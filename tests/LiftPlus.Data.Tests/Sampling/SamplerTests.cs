namespace LiftPlus.Data.Tests;

public sealed class SamplerTests
{
    // 900, 100, 0, 9 and 1 images, mixed.
    private static readonly int[] s_counts = [900, 100, 0, 9, 1];
    private static readonly ImageDataset s_dataset = Dataset(s_counts);

    public static TheoryData<string> Names => [.. Samplers.Keys];

    private static Dictionary<string, Sampler> Samplers =>
        new SamplerOptions[]
        {
            new ShuffleSamplerOptions(),
            new ClassBalancedSamplerOptions(),
            new SquareRootSamplerOptions(),
            new CappedSamplerOptions { Cap = 40 },
        }.ToDictionary(options => options.Type, options => options.CreateSampler());

    [Theory]
    [MemberData(nameof(Names))]
    public void OrderFollowsFromSeedAndEpochAlone(string name)
    {
        Sampler sampler = Samplers[name];
        int[] order = sampler.Order(s_dataset, 5, 2);
        Assert.Equal(sampler.Count(s_dataset), order.Length);
        Assert.All(order, place => Assert.InRange(place, 0, s_dataset.Count - 1));
        Assert.Equal(order, Samplers[name].Order(s_dataset, 5, 2));
        Assert.NotEqual(order, sampler.Order(s_dataset, 5, 3));
        Assert.NotEqual(order, sampler.Order(s_dataset, 6, 2));
    }

    [Fact]
    public void ClassBalancedDrawsEveryClassEquallyOften() => AssertShares(new ClassBalancedSampler(), [0.25, 0.25, 0, 0.25, 0.25]);

    [Fact]
    public void SquareRootDrawsByTheRootOfTheCount() =>
        AssertShares(new SquareRootSampler(), [30 / 44.0, 10 / 44.0, 0, 3 / 44.0, 1 / 44.0]);

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(100)]
    [InlineData(5000)]
    public void CappedTakesEveryClassUpToTheCap(int cap)
    {
        var sampler = new CappedSampler(cap);
        int[] order = sampler.Order(s_dataset, 1, 0);
        Assert.Equal(order.Length, order.Distinct().Count());
        Assert.Equal(s_counts.Select(count => Math.Min(count, cap)), CountsOf(order));
        Assert.Equal(order.Length, sampler.Count(s_dataset));
    }

    [Fact]
    public void EpochsOfACappedSamplerShowAllImagesInTime()
    {
        var sampler = new CappedSampler(50);
        Assert.Equal(s_dataset.Count, Enumerable.Range(0, 400).SelectMany(epoch => sampler.Order(s_dataset, 0, epoch)).Distinct().Count());
    }

    [Fact]
    public void NoImageComesTwiceBeforeItsClassHasComeOnce()
    {
        int[] order = new ClassBalancedSampler().Order(s_dataset, 3, 0);
        foreach (IGrouping<int, int> drawn in order.GroupBy(place => s_dataset[place].Label))
        {
            foreach (int[] pass in drawn.Chunk(s_counts[drawn.Key]))
                Assert.Equal(pass.Length, pass.Distinct().Count());
        }
    }

    [Fact]
    public void ACapBelowOneIsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new CappedSampler(0));

    // Over ten epochs a share of p in n draws lies within five deviations of p.
    private static void AssertShares(Sampler sampler, double[] shares)
    {
        int[] counts = CountsOf(Enumerable.Range(0, 10).SelectMany(epoch => sampler.Order(s_dataset, 3, epoch)));
        double draws = 10 * s_dataset.Count;
        for (int c = 0; c < shares.Length; c++)
            Assert.InRange(counts[c] / draws, shares[c] - 5 * Deviation(c), shares[c] + 5 * Deviation(c));

        double Deviation(int c) => Math.Sqrt(shares[c] * (1 - shares[c]) / draws);
    }

    private static int[] CountsOf(IEnumerable<int> order)
    {
        int[] counts = new int[s_counts.Length];
        foreach (int place in order)
            counts[s_dataset[place].Label]++;
        return counts;
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
