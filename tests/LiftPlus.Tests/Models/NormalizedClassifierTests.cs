using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Models;

/// <summary>τ-normalisation of a linear classifier.</summary>
public sealed class NormalizedClassifierTests
{
    private readonly ImageDataset _train = TestWorld.Dataset(16, 8, 4);

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void WeightsAreDividedByAPowerOfTheirLength(double tau)
    {
        using FineTunedModel model = TestWorld.Builder().UseLinearClassifier().UseCrossEntropy().Build().Fit(_train);
        double[] before = TensorAssert.Doubles(model.Classifier.Weight!);
        int width = before.Length / 3;
        model.NormalizeClassifier(tau);
        double[] after = TensorAssert.Doubles(model.Classifier.Weight!);
        for (int i = 0; i < before.Length; i++)
        {
            double length = Math.Sqrt(before.Skip(i / width * width).Take(width).Sum(value => value * value));
            Assert.Equal(before[i] / Math.Pow(length, tau), after[i], 1e-6);
        }

        Assert.All(TensorAssert.Doubles(((LinearClassifier)model.Classifier).Bias!), bias => Assert.Equal(0, bias));
        Assert.Equal(3, model.Predict(_train[0].Source).Top.Length);
    }

    [Fact]
    public void OtherClassifiersAndNumbersAreRefusedTogether()
    {
        using FineTunedModel model = TestWorld.Builder().UseEpochs(1).Build().Fit(_train);
        Assert.Equal(
            "The classifier cannot be normalised: τ is 1.5; give a number from 0 to 1; the classifier 'cosine' compares directions; "
                + "train with a linear classifier.",
            Assert.Throws<LiftPlusException>(() => model.NormalizeClassifier(1.5)).Message
        );
        Assert.Throws<LiftPlusException>(() => model.NormalizeClassifier(double.NaN));
    }
}
