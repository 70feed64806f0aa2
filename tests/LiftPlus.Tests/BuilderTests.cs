using System.Collections.Immutable;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Optimization;

namespace LiftPlus.Tests;

public sealed class BuilderTests
{
    [Fact]
    public void Build_WithOnlyABackbone_IsLiftPlus()
    {
        FineTuningRecipe recipe = LongTailFineTuner.CreateBuilder().UseBackbone("somewhere").Build().Recipe;
        Assert.IsType<AdaptFormerOptions>(Assert.Single(recipe.Peft));
        Assert.Equal(25, Assert.IsType<CosineClassifierOptions>(recipe.Classifier).Scale);
        Assert.Equal(1, Assert.IsType<LogitAdjustedLossOptions>(recipe.Loss).Tau);
        Assert.Equal(
            (5, 0.02, 128, 0),
            (recipe.Training.Epochs, recipe.Training.LearningRate, recipe.Training.BatchSize, recipe.Training.Seed)
        );
        var sgd = Assert.IsType<SgdOptions>(recipe.Training.Optimizer);
        Assert.Equal((0.9, 5e-4, false), (sgd.Momentum, sgd.WeightDecay, sgd.Nesterov));
        Assert.Equal(new MinimalistAugmentationOptions { Schedule = ScheduleShape.Convex }, recipe.Augmentation);
        Assert.Equal(["a photo of a {}."], recipe.PromptTemplates);
    }

    [Fact]
    public void Build_ReportsEveryErrorAtOnceWithTheValuesSeen()
    {
        var builder = LongTailFineTuner
            .CreateBuilder()
            .UseTraining(training => training with { Epochs = 0, BatchSize = 10, AccumulationSteps = 3 })
            .UsePromptTemplates("no place for a name")
            .UseDevice("gpu");
        var exception = Assert.Throws<RecipeException>(builder.Build);
        Assert.Contains(exception.Errors, error => error.StartsWith("Training.Epochs: the value is 0."));
        Assert.Contains(exception.Errors, error => error.Contains("10 cannot be split into 3"));
        Assert.Contains(exception.Errors, error => error.Contains("'no place for a name'"));
        Assert.Contains(exception.Errors, error => error.StartsWith("Device: the value is gpu."));
        Assert.Contains(exception.Errors, error => error.StartsWith("Backbone: the value is missing."));
        Assert.Equal(5, exception.Errors.Count);
        Assert.All(exception.Errors, error => Assert.Contains(error, exception.Message));
    }

    [Fact]
    public void Build_Twice_Throws()
    {
        var builder = LongTailFineTuner.CreateBuilder().UseBackbone("somewhere");
        builder.Build();
        Assert.Throws<InvalidOperationException>(builder.Build);
    }

    [Fact]
    public void AddPeft_ReplacesTheDefaultThenAccumulates_AndRefusesTheSameTwice()
    {
        var recipe = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone("x")
            .AddAdaptFormer(new AdaptFormerOptions { Layers = LayerSelection.Last(2) })
            .Build()
            .Recipe;
        Assert.Equal("last 2", Assert.Single(recipe.Peft).Layers.ToString());
        var twice = LongTailFineTuner.CreateBuilder().UseBackbone("x").AddAdaptFormer().AddAdaptFormer();
        Assert.Contains("added 2 times", Assert.Throws<RecipeException>(twice.Build).Message);
        Assert.Empty(LongTailFineTuner.CreateBuilder().UseBackbone("x").UseClassifierOnly().Build().Recipe.Peft);
    }

    [Fact]
    public void UseSampler_IsCheckedAndWritten()
    {
        FineTuningRecipe recipe = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone("x")
            .UseSampler(new CappedSamplerOptions { Cap = 7 })
            .Build()
            .Recipe;
        Assert.Equal(new CappedSamplerOptions { Cap = 7 }, RecipeJson.Read(RecipeJson.Write(recipe)).Sampler);
        Assert.IsType<ShuffleSamplerOptions>(RecipeJson.Read("{}").Sampler);
        var wrong = LongTailFineTuner.CreateBuilder().UseBackbone("x").UseSampler(new CappedSamplerOptions { Cap = 0 });
        Assert.StartsWith("Sampler.Cap: the value is 0.", Assert.Single(Assert.Throws<RecipeException>(wrong.Build).Errors));
        Assert.Contains(
            "capped, class-balanced, shuffle, square-root",
            Assert.Throws<LiftPlusException>(() => RecipeJson.Read("""{ "Sampler": { "Type": "none" } }""")).Message
        );
    }

    [Fact]
    public void LearningRateAndBatchSizeHaveTheirOwnMethods()
    {
        TrainingOptions training = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone("x")
            .UseLearningRate(0.3)
            .UseBatchSize(7)
            .Build()
            .Recipe.Training;
        Assert.Equal((0.3, 7), (training.LearningRate, training.BatchSize));
    }

    [Theory]
    [InlineData("red", "red")]
    [InlineData("red panda", "red_panda")]
    [InlineData("cafe\u0301", "caf\u00e9")]
    public void AClassThatIsDescribedTwiceIsAnErrorThatNamesIt(string first, string second)
    {
        KeyValuePair<string, string>[] texts = [new("blue", "a blue one"), new(first, "one"), new(second, "two")];
        LongTailFineTunerBuilder builder = LongTailFineTuner.CreateBuilder().UseBackbone("x").UseClassDescriptions(texts);
        string error = Assert.Single(Assert.Throws<RecipeException>(builder.Build).Errors);
        Assert.StartsWith($"ClassDescriptions: '{first}' and '{second}' name the same class.", error);
        LongTailFineTuner replaced = builder.UseClassDescriptions(texts[..2]).Build(); // the last call counts
        Assert.Equal(["blue", first], replaced.Recipe.ClassDescriptions.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ADescriptionWithoutNameOrTextIsAnError()
    {
        var builder = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone("x")
            .UseClassDescriptions(new KeyValuePair<string, string[]>[] { new(null!, ["a red one"]), new("blue", null!) });
        IReadOnlyList<string> errors = Assert.Throws<RecipeException>(builder.Build).Errors;
        Assert.StartsWith("ClassDescriptions: a class name is null.", errors[0]);
        Assert.Contains(errors, error => error.StartsWith("ClassDescriptions[blue]: the value is missing."));
    }

    [Fact]
    public void DescriptionsComeFromDictionariesOfEveryShape()
    {
        Assert.Equal(["a red one"], Described(b => b.UseClassDescriptions(new Dictionary<string, string> { ["red"] = "a red one" })));
        IDictionary<string, string> texts = new SortedDictionary<string, string> { ["red"] = "a red one" };
        Assert.Equal(["a red one"], Described(b => b.UseClassDescriptions(texts)));
        IDictionary<string, string[]> arrays = new Dictionary<string, string[]> { ["red"] = ["one", "two"] };
        Assert.Equal(["one", "two"], Described(b => b.UseClassDescriptions(arrays)));
        IReadOnlyDictionary<string, IReadOnlyList<string>> lists = new Dictionary<string, IReadOnlyList<string>> { ["red"] = ["one"] };
        Assert.Equal(["one"], Described(b => b.UseClassDescriptions(lists)));
        var blank = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone("x")
            .UseClassDescriptions(new Dictionary<string, string> { ["red"] = " " });
        Assert.StartsWith("ClassDescriptions: the class 'red'", Assert.Single(Assert.Throws<RecipeException>(blank.Build).Errors));

        static ImmutableArray<string> Described(Func<LongTailFineTunerBuilder, LongTailFineTunerBuilder> describe) =>
            describe(LongTailFineTuner.CreateBuilder().UseBackbone("x")).Build().Recipe.ClassDescriptions["red"];
    }

    [Fact]
    public void RegistryTakesAKindFromOutside()
    {
        ComponentRegistry registry = new ComponentRegistry().Add<GreyBackgroundOptions>().Add<CappedSamplerOptions>();
        Assert.Equal(["capped"], registry.Names(typeof(SamplerOptions)));
        Assert.Equal(["grey"], registry.Names(typeof(BackgroundOptions)));
        Assert.True(registry.TryFind(typeof(BackgroundOptions), "grey", out Type? found));
        Assert.Equal(typeof(GreyBackgroundOptions), found);
        Assert.Contains("'grey' already names", Assert.Throws<LiftPlusException>(() => registry.Add<OtherGreyOptions>()).Message);
    }

    private abstract record BackgroundOptions : ComponentOptions;

    private sealed record GreyBackgroundOptions : BackgroundOptions
    {
        public override string Type => "grey";
    }

    private sealed record OtherGreyOptions : BackgroundOptions
    {
        public override string Type => "grey";
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("null", "is null")]
    [InlineData("""{ "Peft": [ { "Type": "unheard-of" } ] }""", "known types: ")]
    [InlineData("""{ "Peft": [ { "Rank": 4 } ] }""", "\"Type\"")]
    [InlineData("""{ "Training": { "Epocs": 4 } }""", "Epocs")]
    [InlineData("""{ "Training": { "Epochs": "many" } }""", "Training.Epochs")]
    [InlineData("""{ "Peft": [ { "Type": "adaptformer", "Layers": "first 2" } ] }""", "first 2")]
    [InlineData("""{ "Loss": null }""", "Loss")]
    public void RecipeJson_BadText_SaysWhere(string json, string expected)
    {
        var exception = Assert.ThrowsAny<LiftPlusException>(() => RecipeJson.Read(json));
        Assert.Contains(expected, exception.Message);
    }
}
