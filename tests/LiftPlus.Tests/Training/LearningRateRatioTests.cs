using LiftPlus.Data;
using LiftPlus.Models;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Training;

/// <summary>LoRA+ gives B a larger learning rate than A, and the factor of a parameter group multiplies it.</summary>
public sealed class LearningRateRatioTests
{
    [Theory]
    [InlineData(16, 1)]
    [InlineData(16, 0.5)]
    public void TheFirstStepOfBIsSoManyTimesAsLarge(double ratio, double ofGroup)
    {
        double[] plain = FirstStep(new LoraOptions { Rank = 2 }, 1),
            larger = FirstStep(new LoraOptions { Rank = 2, LearningRateRatio = ratio }, ofGroup);
        Assert.True(plain.Max(Math.Abs) > 1e-5);
        Assert.All(plain.Zip(larger), pair => Assert.Equal(ratio * ofGroup * pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void OnlyBHasTheFactor()
    {
        using FineTunedModel model = TestWorld
            .Builder()
            .AddLora(new LoraOptions { LearningRateRatio = 16, Dora = true })
            .UseEpochs(1)
            .Build()
            .Fit(TestWorld.Dataset(2, 2, 2));
        Assert.All(TrainableParameters.Factors(model.Backbone), entry => Assert.Equal(16, entry.Value));
        Assert.Equal(
            model
                .Backbone.named_parameters()
                .Select(entry => entry.name)
                .Where(name => name.EndsWith(".lora.up", StringComparison.Ordinal)),
            TrainableParameters.Factors(model.Backbone).Keys
        );
    }

    // B after one step; it is zero before.
    private static double[] FirstStep(LoraOptions lora, double ofGroup)
    {
        ImageDataset train = TestWorld.Dataset(4, 3, 1);
        using FineTunedModel model = TestWorld
            .Builder()
            .AddLora(lora)
            .UseSgd(new SgdOptions { Momentum = 0, WeightDecay = 0 })
            .AddParameterGroup("*.lora.*", ofGroup)
            .UseTraining(training => training with { Epochs = 1, BatchSize = 8, LearningRate = 0.01 })
            .Build()
            .Fit(train);
        return TensorAssert.Doubles(model.Backbone.get_parameter("image.blocks.0.attn.query.lora.up")!);
    }
}
