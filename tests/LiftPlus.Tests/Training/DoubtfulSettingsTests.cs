using TorchSharp;

namespace LiftPlus.Tests.Training;

/// <summary>Settings and data that training accepts, and questions in the log.</summary>
public sealed class DoubtfulSettingsTests
{
    [Fact]
    public void AdamWWithTheRateOfSgd_IsQuestioned()
    {
        string line = Assert.Single(Warnings(builder => builder.UseAdamW()));
        Assert.Contains("AdamW has a learning rate of 0.05", line);
        Assert.Empty(Warnings(builder => builder.UseAdamW().UseLearningRate(0.001)));
        Assert.Empty(Warnings(builder => builder.UseSgd()));
    }

    [Fact]
    public void OneClass_IsQuestioned()
    {
        ImageDataset red = ImageDataset.FromImages(Enumerable.Repeat((RgbImage.FromPixels(new byte[3 * 20 * 24], 20, 24), 0), 4), ["red"]);
        string line = Assert.Single(Warnings(builder => builder, red));
        Assert.Contains("The training images have one class, 'red'", line);
    }

    [Fact]
    public void ACallerWithoutGradients_TrainsTheSame()
    {
        using FineTunedModel expected = TestWorld.Builder().UseEpochs(1).Build().Fit(TestWorld.Dataset(4, 4, 4));
        using IDisposable noGrad = torch.no_grad();
        using FineTunedModel model = TestWorld.Builder().UseEpochs(1).Build().Fit(TestWorld.Dataset(4, 4, 4));
        Assert.False(torch.is_grad_enabled());
        ImageSource image = TestWorld.Png(0);
        PredictionOptions all = new() { Probabilities = true };
        Assert.Equal(expected.Predict(image, all).Probabilities, model.Predict(image, all).Probabilities);
    }

    private static List<string> Warnings(Func<LongTailFineTunerBuilder, LongTailFineTunerBuilder> change, ImageDataset? train = null)
    {
        List<string> log = [];
        using FineTunedModel model = change(TestWorld.Builder().UseEpochs(1).UseLogger(new ListLogger(log)))
            .Build()
            .Fit(train ?? TestWorld.Dataset(4, 4, 4));
        return [.. log.Where(line => line.StartsWith("Warning", StringComparison.Ordinal))];
    }
}
