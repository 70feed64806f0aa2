namespace LiftPlus.Data.Tests;

public class StratifiedSplitTests
{
    [Fact]
    public void AMinimumPerClass_ReachesTheSmallClasses_WhichKeepATrainingImage()
    {
        ImageDataset dataset = Dataset(100, 25, 4, 2, 1);
        Assert.Equal([10, 3, 1, 1, 0], dataset.HoldOut(0.1, minimumPerClass: 1).HeldOut.Classes.Counts);
        Assert.Equal([10, 3, 3, 1, 0], dataset.HoldOut(0.1, minimumPerClass: 3).HeldOut.Classes.Counts);
        Assert.Contains("-1", Assert.Throws<LiftPlusException>(() => dataset.HoldOut(0.1, minimumPerClass: -1)).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void ImagesOfAGroup_StayTogether_AndSharesAreMetNearly(int groupSize)
    {
        ImageDataset dataset = Dataset(210, 84, 42, 21);
        foreach (int seed in Enumerable.Range(0, 10))
        {
            (ImageDataset train, ImageDataset held) = dataset.HoldOut(0.2, seed, group: image => Group(image, groupSize));
            Assert.Empty(train.Select(image => Group(image, groupSize)).Intersect(held.Select(image => Group(image, groupSize))));
            Assert.Equal(dataset.Count, train.Count + held.Count);
            for (int c = 0; c < 4; c++)
                Assert.InRange(held.Classes.Counts[c] - 0.2 * dataset.Classes.Counts[c], -groupSize / 2.0 - 0.5, groupSize / 2.0 + 0.5);
        }
    }

    [Fact]
    public void AClassThatIsOneGroup_StaysInTraining()
    {
        ImageDataset dataset = Dataset(50, 8);
        string GroupOf(LabeledImage image) => image.Label == 1 ? "one" : image.Name;
        Assert.Equal([10, 0], dataset.HoldOut(0.2, minimumPerClass: 1, group: GroupOf).HeldOut.Classes.Counts);
        Assert.All(dataset.KFold(5, group: GroupOf), split => Assert.Equal(8, split.Train.Classes.Counts[1]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void KFold_HoldsEveryImageOutOnce_WithEqualShares(int k)
    {
        ImageDataset dataset = Dataset(100, 25, 4, 2, 1);
        IReadOnlyList<(ImageDataset Train, ImageDataset HeldOut)> splits = dataset.KFold(k, seed: 3);
        Assert.Equal(k, splits.Count);
        string single = dataset.Last().Name;
        Assert.Equal(
            dataset.Select(image => image.Name).Where(name => name != single).Order(),
            splits.SelectMany(split => split.HeldOut.Select(image => image.Name)).Order()
        );
        Assert.All(splits, split =>
        {
            Assert.Equal(dataset.Count, split.Train.Count + split.HeldOut.Count);
            Assert.Equal(dataset.ClassNames, split.HeldOut.ClassNames);
            Assert.All(split.Train.Classes.Counts, count => Assert.True(count > 0));
            Assert.Equal(100 / k, split.HeldOut.Classes.Counts[0]);
            Assert.InRange(split.HeldOut.Count, dataset.Count / k - 1, dataset.Count / k + 1); // small classes are spread over the folds
        });
        Assert.Equal(Names(splits), Names(dataset.KFold(k, seed: 3)));
        Assert.NotEqual(Names(splits), Names(dataset.KFold(k, seed: 4)));
    }

    [Fact]
    public void KFold_KeepsGroupsTogether_AndSaysWhereItCannot()
    {
        ImageDataset dataset = Dataset(60, 30, 12);
        var splits = dataset.KFold(3, group: image => Group(image, 4));
        Assert.All(splits, split =>
            Assert.Empty(split.Train.Select(image => Group(image, 4)).Intersect(split.HeldOut.Select(image => Group(image, 4))))
        );
        Assert.All(splits, split => Assert.InRange(split.HeldOut.Classes.Counts[2], 4, 4));
        Assert.Contains("2 to 102", Assert.Throws<LiftPlusException>(() => dataset.KFold(1)).Message);
        Assert.Contains("groups stay together", Assert.Throws<LiftPlusException>(() => dataset.KFold(3, group: _ => "all")).Message);
    }

    private static string[] Names(IEnumerable<(ImageDataset Train, ImageDataset HeldOut)> splits) =>
        [.. splits.SelectMany(split => split.HeldOut.Select(image => image.Name))];

    private static string Group(LabeledImage image, int size) =>
        $"{image.Label} {int.Parse(Path.GetFileNameWithoutExtension(image.Name)) / size}";

    private static ImageDataset Dataset(params int[] counts) =>
        new(
            counts.SelectMany((count, label) => Enumerable.Range(0, count).Select(i => new LabeledImage($"c{label}/{i}.png", label))),
            [.. counts.Select((_, label) => $"class {label}")]
        );
}
