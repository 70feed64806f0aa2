using LiftPlus.Decisions;

namespace LiftPlus.Tests.Decisions;

public sealed class TemperatureFitTests
{
    [Fact]
    public void TheTemperatureHasTheLeastCrossEntropyOfAGrid()
    {
        ScoredImages images = new TailWorld(1).Draw(400, sharpness: 3);
        double fitted = TemperatureFit.Fit(images.Logits, images.Labels, [.. Enumerable.Range(0, images.Count)]);
        double least = Loss(images, fitted);
        for (double t = 0.2; t < 12; t *= 1.01)
            Assert.True(least <= Loss(images, t) + 1e-9, $"{t} has a smaller loss than {fitted}");
        Assert.InRange(fitted, 2, 4); // the logits are three times too sharp
    }

    [Fact]
    public void LogitsTimesAFactorHaveTheTemperatureTimesTheFactor()
    {
        ScoredImages images = new TailWorld(2).Draw(300);
        int[] rows = [.. Enumerable.Range(0, images.Count)];
        Rows doubled = new([.. images.Logits.Values.Select(value => 2 * value)], images.Logits.Width);
        Assert.Equal(
            2 * TemperatureFit.Fit(images.Logits, images.Labels, rows),
            TemperatureFit.Fit(doubled, images.Labels, rows),
            precision: 6
        );
    }

    [Fact]
    public void AGroupWithoutImagesHasTheCommonTemperatureAndALargeOneNearlyItsOwn()
    {
        TailWorld world = new(3);
        int[] many = [.. Enumerable.Range(0, world.Classes.ClassCount).Where(c => world.Classes.GroupOf(c) == ShotGroup.Many)];
        ScoredImages images = world.Draw([.. Enumerable.Range(0, 4000).Select(i => many[i % many.Length])], sharpness: 2);
        // Only frequent classes can be predicted: the logits of the others are very small.
        float[] logits = [.. images.Logits.Values];
        for (int i = 0; i < logits.Length; i++)
            logits[i] -= many.Contains(i % images.Logits.Width) ? 0 : 1000;
        Rows all = new(logits, images.Logits.Width);
        (double common, double[] groups) = TemperatureFit.FitGroups(all, images.Labels, world.Classes);
        Assert.Equal(common, groups[(int)ShotGroup.Few], precision: 12);
        Assert.Equal(common, groups[(int)ShotGroup.Many], precision: 9); // all images are of this group
    }

    [Fact]
    public void ASmallGroupLiesBetweenItsOwnTemperatureAndTheCommonOneByItsNumberOfImages()
    {
        TailWorld world = new(4);
        ScoredImages images = world.Draw(600, sharpness: 2);
        (double common, double[] groups) = TemperatureFit.FitGroups(images.Logits, images.Labels, world.Classes);
        int[] few =
        [
            .. Enumerable
                .Range(0, images.Count)
                .Where(row => world.Classes.GroupOf(images.Logits[row].ToArray().Index().MaxBy(x => x.Item).Index) == ShotGroup.Few),
        ];
        Assert.NotEmpty(few);
        double own = TemperatureFit.Fit(images.Logits, images.Labels, few),
            weight = few.Length / (few.Length + TemperatureFit.CommonImages);
        Assert.Equal(Math.Pow(own, weight) * Math.Pow(common, 1 - weight), groups[(int)ShotGroup.Few], precision: 9);
    }

    [Fact]
    public void LogitsThatAreAlwaysRightGiveASmallTemperature()
    {
        Rows logits = new([5, 0, 0, 5], 2);
        Assert.InRange(TemperatureFit.Fit(logits, [0, 1], [0, 1]), PolicyCheck.SmallestTemperature, 0.2);
    }

    private static double Loss(ScoredImages images, double temperature)
    {
        double loss = 0;
        for (int row = 0; row < images.Count; row++)
        {
            double[] z = [.. images.Logits[row].ToArray().Select(value => value / temperature)];
            double most = z.Max();
            loss += most + Math.Log(z.Sum(value => Math.Exp(value - most))) - z[images.Labels[row]];
        }

        return loss;
    }
}
