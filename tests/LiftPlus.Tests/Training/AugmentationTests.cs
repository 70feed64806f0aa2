using LiftPlus.Data;
using LiftPlus.Inference;

namespace LiftPlus.Tests;

public sealed class AugmentationTests
{
    [Fact]
    public void AForeignAugmentationTrainsAndItsRecipeIsReadBack()
    {
        ImageDataset train = TestWorld.Dataset(6, 4, 2);
        DarkenOptions.Applied = 0;
        using FineTunedModel model = TestWorld
            .Builder()
            .UseEpochs(2)
            .UseAugmentation(new DarkenOptions { Factor = 0.5 })
            .Build()
            .Fit(train);
        Assert.Equal(2 * train.Count, DarkenOptions.Applied);

        string json = RecipeJson.Write(model.Recipe);
        FineTuningRecipe read = RecipeJson.Read(json, RecipeJson.BuiltIn().Add<DarkenOptions>());
        Assert.Equal(new DarkenOptions { Factor = 0.5 }, read.Augmentation);
    }

    [Fact]
    public void BuildReportsTheErrorsOfAForeignAugmentation()
    {
        RecipeException e = Assert.Throws<RecipeException>(() =>
            TestWorld.Builder().UseAugmentation(new DarkenOptions { Factor = 2 }).Build()
        );
        Assert.Contains(e.Errors, error => error.Contains("Augmentation", StringComparison.Ordinal) && error.Contains('2'));
    }

    [Fact]
    public void AnUnknownAugmentationInJsonListsTheKnownOnes()
    {
        string message = Assert
            .Throws<LiftPlusException>(() => RecipeJson.Read("""{ "Augmentation": { "Type": "darken", "Factor": 0.5 } }"""))
            .Message;
        Assert.Contains("\"darken\" is not known; known types: classic, minimalist, none", message);
    }

    [Fact]
    public void TheJsonFormOfVersion01GivesTheSameAugmentation()
    {
        Assert.Equal(
            new MinimalistAugmentationOptions { Schedule = ScheduleShape.Linear },
            Read("""{ "Kind": "Minimalist", "Schedule": "Linear" }""")
        );
        Assert.Equal(new ClassicAugmentationOptions(), Read("""{ "Kind": "Classic", "Schedule": "Convex" }"""));
        Assert.Equal(new NoAugmentationOptions(), Read("""{ "Kind": "None" }"""));
        Assert.Equal(new MinimalistAugmentationOptions { Schedule = ScheduleShape.Max }, Read("""{ "Schedule": "Max" }"""));
    }

    [Fact]
    public void TenCropsAreAnOptionOfTheTestTimeEnsemble()
    {
        using FineTunedModel model = TestWorld
            .Builder()
            .UseEpochs(1)
            .UseTestTimeEnsemble(expand: 4, mirrorCrops: true)
            .Build()
            .Fit(TestWorld.Dataset(6, 4, 2));
        Assert.True(model.Recipe.Inference.MirrorCrops);
        using PreparedImage image = model.CreatePreparer().Draw(_ => 0);
        Assert.Equal(10, image.Shape[0]);
        Assert.Equal(3, Assert.Single(model.Predict([TestWorld.Png(0)])).Top.Length);
    }

    private static AugmentationOptions Read(string json) => RecipeJson.Read($$"""{ "Augmentation": {{json}} }""").Augmentation;

    /// <summary>An augmentation from outside the library.</summary>
    private sealed record DarkenOptions : AugmentationOptions
    {
        public static int Applied;

        public override string Type => "darken";

        public double Factor { get; init; } = 1;

        public override IEnumerable<string> Validate() => Factor is > 0 and <= 1 ? [] : [$"Factor is {Factor}; it must be in (0, 1]."];

        public override TransformPipeline CreatePipeline(int inputSize) =>
            new(inputSize, new MinimalistCrop(inputSize), new Darken(Factor));

        private sealed class Darken(double factor) : ImageTransform
        {
            public override RgbImage Apply(RgbImage image, TransformContext context)
            {
                Interlocked.Increment(ref Applied);
                RgbImage result = RgbImage.Create(image.Width, image.Height);
                for (int y = 0; y < image.Height; y++)
                {
                    ReadOnlySpan<RgbPixel> from = image.Row(y);
                    Span<RgbPixel> to = result.Row(y);
                    for (int x = 0; x < to.Length; x++)
                        to[x] = new RgbPixel((byte)(from[x].R * factor), (byte)(from[x].G * factor), (byte)(from[x].B * factor));
                }

                return result;
            }
        }
    }
}
