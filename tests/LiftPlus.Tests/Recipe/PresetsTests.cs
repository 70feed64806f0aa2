using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Optimization;
using LiftPlus.Recipe;

namespace LiftPlus.Tests.Recipe;

public sealed class PresetsTests
{
    /// <summary>One column of the published settings.</summary>
    private sealed record Column(
        PeftOptions? Peft,
        int? Epochs,
        double? Rate,
        int? Batch,
        AugmentationOptions? Augmentation,
        bool IsText = false,
        bool IsFiveCrops = false,
        SharpnessOptions? Sharpness = null
    );

    private static readonly MinimalistAugmentationOptions s_minimalist = new() { Schedule = ScheduleShape.Convex };

    private static readonly Dictionary<string, Column> s_table = new()
    {
        ["LiftPlus"] = new(new AdaptFormerOptions(), 5, 0.02, 128, s_minimalist, IsFiveCrops: true),
        ["Lift"] = new(new AdaptFormerOptions(), 10, 0.01, 128, new ClassicAugmentationOptions(), IsFiveCrops: true),
        ["LinearProbe"] = new(null, 5, 0.02, 128, s_minimalist),
        ["FullFineTune"] = new(new FullFineTuningOptions(), 5, 0.02, 128, s_minimalist),
        ["ArbitraryFineTune"] = new(new ArbitraryFineTuningOptions(), 5, 0.02, 128, s_minimalist),
        ["CoOp"] = new(new CoOpOptions(), 50, 0.002, 32, new ClassicAugmentationOptions(), IsText: true),
        ["ZeroShot"] = new(null, null, null, null, null, IsText: true), // trains nothing
        ["RareClasses"] = new(
            new AdaptFormerOptions(),
            5,
            0.02,
            128,
            s_minimalist,
            Sharpness: new SharpnessOptions { Method = SharpnessMethod.ImbSam }
        ),
    };

    [Fact]
    public void EveryPreset_IsInTheTable() => Assert.Equal(s_table.Keys.Order(), Presets.All.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Preset_HasThePublishedSettings(string name)
    {
        Column column = s_table[name];
        FineTuningRecipe recipe = Presets.Find(name);
        Assert.Equal(column.Peft is null ? [] : [column.Peft], recipe.Peft);
        Assert.All(recipe.Peft, peft => Assert.Equal((LayerSelection.All, Tower.Image), (peft.Layers, peft.Tower)));
        Assert.Equal(column.IsText ? new TextClassifierOptions() : new CosineClassifierOptions { Scale = 25 }, recipe.Classifier);
        Assert.Equal(ClassifierInitialization.Auto, recipe.Initialization);
        Assert.Equal(new LogitAdjustedLossOptions { Tau = 1 }, recipe.Loss);
        TrainingOptions training = recipe.Training;
        Assert.Equal(
            (column.Epochs ?? training.Epochs, column.Rate ?? training.LearningRate, column.Batch ?? training.BatchSize),
            (training.Epochs, training.LearningRate, training.BatchSize)
        );
        Assert.Equal(column.Augmentation ?? s_minimalist, recipe.Augmentation);
        Assert.Equal(column.Sharpness, training.Sharpness);

        Assert.Equal(new InferenceOptions { TestTimeEnsemble = column.IsFiveCrops }, recipe.Inference);

        // Common to all.
        Assert.Equal(
            new SgdOptions
            {
                Momentum = 0.9,
                WeightDecay = 5e-4,
                Nesterov = false,
            },
            recipe.Training.Optimizer
        );
        Assert.Equal((0, 1), (recipe.Training.Seed, recipe.Training.AccumulationSteps));
        Assert.Null(recipe.Backbone);
        Assert.Empty(RecipeValidator.Errors(recipe));
    }

    public static TheoryData<string> Names => [.. s_table.Keys];

    [Fact]
    public void Find_DoesNotMindCase_AndListsTheNamesItKnows()
    {
        Assert.Same(Presets.Lift, Presets.Find("lift"));
        var exception = Assert.Throws<LiftPlusException>(() => Presets.Find("lifd"));
        Assert.All(s_table.Keys, name => Assert.Contains(name, exception.Message));
        Assert.Contains("'lifd'", exception.Message);
    }

    [Fact]
    public void Builder_StartsFromAPreset_AndChangesIt()
    {
        FineTuningRecipe recipe = LongTailFineTuner.CreateBuilder().UseBackbone("b").UsePreset("lift").UseEpochs(3).Build().Recipe;
        Assert.Equal(("b", 3, 0.01), (recipe.Backbone, recipe.Training.Epochs, recipe.Training.LearningRate));
        Assert.Equal(new ClassicAugmentationOptions(), recipe.Augmentation);
    }

    [Fact]
    public void APresetIsTheStartOfARecipeWhereverItIsNamed()
    {
        FineTuningRecipe before = Tuner(builder => builder.UsePreset("Lift").AddLora().UseEpochs(3).UseBackbone("b"));
        FineTuningRecipe after = Tuner(builder => builder.AddLora().UseEpochs(3).UseBackbone("b").UsePreset("Lift"));
        Assert.Equal(RecipeJson.Write(before), RecipeJson.Write(after));
        Assert.Equal((3, 0.01), (after.Training.Epochs, after.Training.LearningRate));
        Assert.IsType<LoraOptions>(Assert.Single(after.Peft));

        static FineTuningRecipe Tuner(Func<LongTailFineTunerBuilder, LongTailFineTunerBuilder> calls) =>
            calls(LongTailFineTuner.CreateBuilder()).Build().Recipe;
    }

    [Fact]
    public void WithoutAPresetARecipeIsLiftPlusWithOneCrop()
    {
        FineTuningRecipe recipe = LongTailFineTuner.CreateBuilder().UseBackbone("b").Build().Recipe;
        FineTuningRecipe published = LongTailFineTuner.CreateBuilder().UseBackbone("b").UsePreset("LiftPlus").Build().Recipe;
        Assert.False(recipe.Inference.TestTimeEnsemble);
        Assert.Equal(
            RecipeJson.Write(published),
            RecipeJson.Write(recipe with { Inference = recipe.Inference with { TestTimeEnsemble = true } })
        );
    }

    [Fact]
    public void Json_OverridesOnlyWhatItHolds()
    {
        FineTuningRecipe recipe = RecipeJson.Read(
            """
            {
              "Preset": "Lift", // the base
              "Training": { "Epochs": 3, "Optimizer": { "Type": "adamw" } },
              "Peft": [ { "Type": "lora" } ],
              "Inference": { "BatchSize": 7 },
            }
            """
        );
        FineTuningRecipe expected = Presets.Lift with
        {
            Training = Presets.Lift.Training with { Epochs = 3, Optimizer = new AdamWOptions() },
            Peft = [new LoraOptions()],
            Inference = new InferenceOptions { TestTimeEnsemble = true, BatchSize = 7 },
        };
        Assert.Equal(RecipeJson.Write(expected), RecipeJson.Write(recipe));
        Assert.Equal(10, Presets.Lift.Training.Epochs);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Json_OfThePresetAlone_IsThePreset(string name)
    {
        string json = RecipeJson.Write(Presets.Find(name));
        Assert.Equal(json, RecipeJson.Write(RecipeJson.Read($$"""{ "Preset": "{{name}}" }""")));
        Assert.Equal(json, RecipeJson.Write(RecipeJson.Read(json)));
    }

    [Theory]
    [InlineData("""{ "Preset": "lifd" }""", "LinearProbe")]
    [InlineData("""{ "Preset": 3 }""", "'3'")]
    [InlineData("""{ "Preset": null }""", "'null'")]
    [InlineData("{ \"Preset\": \"lift\",\n \"Training\": { \"Epocs\": 4 } }", "line 2")]
    [InlineData("""{ "Preset": "lift", "Training": null }""", "Training")]
    [InlineData("""{ "Training": { "Preset": "lift" } }""", "Preset")]
    public void Json_BadPreset_SaysWhere(string json, string expected) =>
        Assert.Contains(expected, Assert.ThrowsAny<LiftPlusException>(() => RecipeJson.Read(json)).Message);
}
