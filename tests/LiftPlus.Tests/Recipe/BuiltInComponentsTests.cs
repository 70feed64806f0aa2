using System.Reflection;
using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Losses;
using LiftPlus.Optimization;
using LiftPlus.Recipe;

namespace LiftPlus.Tests.Recipe;

public sealed class BuiltInComponentsTests
{
    private static readonly Type[] s_kinds =
    [
        typeof(PeftOptions),
        typeof(ClassifierOptions),
        typeof(LossOptions),
        typeof(OptimizerOptions),
        typeof(SamplerOptions),
        typeof(AugmentationOptions),
    ];

    private static readonly Func<LongTailFineTunerBuilder, LongTailFineTunerBuilder>[] s_oneLiners =
    [
        b => b.AddAdaptFormer(),
        b => b.AddBottleneckAdapter(),
        b => b.AddLora(),
        b => b.AddDeepPrompts(),
        b => b.AddBitFit(),
        b => b.AddSsf(),
        b => b.AddArbitraryFineTuning(),
        b => b.AddLayerNormTuning(),
        b => b.AddBatchNormTuning(),
        b => b.AddFullFineTuning(),
        b => b.UseTextClassifier().AddCoOp(),
        b => b.UseTextClassifier().AddClipAdapter(),
        b => b.UseTextClassifier().AddProjectionTuning(),
        b => b.UseCosineClassifier(),
        b => b.UseLinearClassifier(),
        b => b.UseL2NormClassifier(),
        b => b.UseLayerNormClassifier(),
        b => b.UseCrossEntropy(),
        b => b.UseFocalLoss(),
        b => b.UseLdamLoss(),
        b => b.UseClassBalancedLoss(),
        b => b.UseGeneralizedReweightLoss(),
        b => b.UseBalancedSoftmaxLoss(),
        b => b.UseLogitAdjustedLoss(),
        b => b.UseLadeLoss(),
        b => b.UseNeighborAwareLoss(),
        b => b.UseSgd(),
        b => b.UseAdamW(),
        b => b.UseShuffleSampler(),
        b => b.UseClassBalancedSampler(),
        b => b.UseSquareRootSampler(),
        b => b.UseCappedSampler(),
        b => b.UseMinimalistAugmentation(),
        b => b.UseClassicAugmentation(),
        b => b.UseNoAugmentation(),
    ];

    [Fact]
    public void EveryOptionsRecordOfTheLibrary_IsListedOnce()
    {
        Assembly[] assemblies =
        [
            typeof(PeftOptions).Assembly,
            typeof(AdaptFormerOptions).Assembly,
            typeof(SamplerOptions).Assembly,
            typeof(FineTuningRecipe).Assembly,
        ];
        IEnumerable<string> concrete = assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.IsAbstract && s_kinds.Any(kind => kind.IsAssignableFrom(type)))
            .Select(type => type.Name);
        Assert.Equal(concrete.Order(), BuiltInComponents.All.Select(options => options.GetType().Name).Order());
    }

    [Fact]
    public void EveryOptionsRecord_HasAOneLinerWithItsDefaults()
    {
        // Methods that change texts are only sound with the text classifier, so every recipe starts from it.
        var parts = s_oneLiners
            .Select(call => call(LongTailFineTuner.CreateBuilder().UseBackbone("x").UseClassifierOnly().UseTextClassifier()).Build().Recipe)
            .SelectMany(recipe =>
                (object[])[.. recipe.Peft, recipe.Classifier, recipe.Loss, recipe.Training.Optimizer, recipe.Sampler, recipe.Augmentation]
            )
            .Distinct()
            .ToList();
        Assert.Equal(
            BuiltInComponents.All.Select(options => options.ToString()).Order(),
            parts.Select(part => part.ToString()).Distinct().Order()
        );
    }

    [Fact]
    public void OneLiners_PassTheirArguments()
    {
        FineTuningRecipe recipe = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone("x")
            .AddLora(new LoraOptions { Rank = 3 })
            .AddShallowPrompts(5)
            .UseLinearClassifier(bias: false, ClassifierInitialization.LinearProbe)
            .UseLadeLoss(lambda: 0.3, weight: 0.7)
            .UseAdamW(new AdamWOptions { WeightDecay = 0 })
            .UseCappedSampler(20)
            .UseClassicAugmentation()
            .Build()
            .Recipe;
        Assert.Equal(3, ((LoraOptions)recipe.Peft[0]).Rank);
        Assert.Equal(new VisualPromptOptions { Length = 5, Layers = LayerSelection.From(0) }, recipe.Peft[1]);
        Assert.Equal(new LinearClassifierOptions { Bias = false }, recipe.Classifier);
        Assert.Equal(ClassifierInitialization.LinearProbe, recipe.Initialization);
        Assert.Equal(new LadeLossOptions { Lambda = 0.3, Weight = 0.7 }, recipe.Loss);
        Assert.Equal(new AdamWOptions { WeightDecay = 0 }, recipe.Training.Optimizer);
        Assert.Equal(new CappedSamplerOptions { Cap = 20 }, recipe.Sampler);
        Assert.IsType<ClassicAugmentationOptions>(recipe.Augmentation);
        Assert.Equal(0.2, ((FocalLossOptions)Loss(b => b.UseFocalLoss(0.2))).Gamma);
        Assert.Equal(0.2, ((LdamLossOptions)Loss(b => b.UseLdamLoss(0.2))).MaxMargin);
        Assert.Equal(0.2, ((ClassBalancedLossOptions)Loss(b => b.UseClassBalancedLoss(0.2))).Beta);
        Assert.Equal(0.2, ((GeneralizedReweightLossOptions)Loss(b => b.UseGeneralizedReweightLoss(0.2))).Exponent);
        Assert.Equal(0.2, ((LogitAdjustedLossOptions)Loss(b => b.UseLogitAdjustedLoss(0.2))).Tau);

        static LossOptions Loss(Func<LongTailFineTunerBuilder, LongTailFineTunerBuilder> use) =>
            use(LongTailFineTuner.CreateBuilder().UseBackbone("x")).Build().Recipe.Loss;
    }
}
