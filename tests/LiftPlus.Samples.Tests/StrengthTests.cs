using LiftPlus.Backbones;
using LiftPlus.Samples.Pretraining;
using LiftPlus.Samples.Shapes;

namespace LiftPlus.Samples.Tests;

/// <summary>Tests the foundations of several strengths.</summary>
public sealed class StrengthTests
{
    [Fact]
    public void StrengthsAreOrderedAndHaveNamesOfTheirOwn()
    {
        Assert.Distinct(Strength.All.Select(strength => strength.Name));
        Assert.Distinct(Strength.All.Select(strength => strength.Title));
        Assert.Equal(Strength.All.Select(strength => strength.TaskStyle).Order(), Strength.All.Select(strength => strength.TaskStyle));
        Assert.True(Strength.All[0].Steps < Strength.All[1].Steps); // both see only other styles
        Assert.Same(Strength.All[^1], Strength.Strong);
        Assert.Equal("other-styles", Strength.Weak.Name);
        Assert.All(Strength.All, strength => Assert.Same(strength, Strength.Find(strength.Name)));
        Assert.Contains("Known strengths: 'glimpse', ", Assert.Throws<LiftPlusException>(() => Strength.Find("none")).Message);
    }

    [Fact]
    public void NoImageOfPretrainingIsAnImageOfTheTask()
    {
        // The same thing, seed and index: only the split differs.
        ShapesLT task = new(seed: 0);
        for (int label = 0; label < 8; label++)
        {
            int thing = Words.AllThings.ToList().IndexOf(task.Things[label]);
            byte[] pretraining = CaptionedImages.DrawInTaskStyle(0, Split.Pretraining, thing, 0, ShapesLT.ImageSize).Image.Pixels;
            Assert.All((Split[])[Split.Train, Split.Test], split =>
                Assert.All(Enumerable.Range(0, 5), index => Assert.NotEqual(task.Draw(split, label, index).Pixels, pretraining))
            );
        }
    }

    [Fact]
    public void ACaptionOfAnImageInTheTaskStyleNamesTheThingAlone()
    {
        CaptionedImage image = CaptionedImages.DrawInTaskStyle(0, Split.Pretraining, 500, 3, 32);
        Assert.Equal(Words.AllThings[500], image.Thing);
        Dice dice = new(1);
        for (int i = 0; i < 300; i++)
        {
            string caption = CaptionedImages.Caption(image, ref dice);
            Assert.Contains(image.Thing.Shape, caption);
            Assert.DoesNotContain("background", caption);
            Assert.DoesNotContain("large", caption);
            Assert.DoesNotContain("small", caption);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.25, 1)]
    [InlineData(0.5, 2)]
    public void TheShareOfTheTaskStyleIsThatOfTheStrength(double share, int expected)
    {
        World world = new(seed: 0, Split.HeldOut, imagesPerThing: 4, imageSize: 8, taskStyle: share);
        // Captions of such images name neither size nor background.
        (CaptionedImage Image, string Caption)[] batch = [.. world.Batches(seed: 1, batchSize: 1008).Take(12).SelectMany(pairs => pairs)];
        double seen = batch.Count(pair => pair.Image.Background is null) / (double)batch.Length;
        Assert.Equal(expected / 4.0, seen, 0.02);
    }

    [Fact]
    public void AStoppedPretrainingLeavesNoModelFolder()
    {
        string folder = Path.Combine(Directory.CreateTempSubdirectory("liftplus-pretraining-").FullName, "model");
        try
        {
            Strength strength = Strength.All[0] with { Steps = 1 };
            Assert.Throws<OperationCanceledException>(() => TinyClipPretraining.Run(strength, folder, _ => { }, new(canceled: true)));
            Assert.False(Directory.Exists(folder));
            TinyClipPretraining.Run(strength, folder, _ => { }, TestContext.Current.CancellationToken);
            using Backbone backbone = Backbone.Load(folder);
            Assert.True(backbone.Config.Text is not null);
            Assert.False(Directory.Exists(folder + ".part"));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);
        }
    }
}
