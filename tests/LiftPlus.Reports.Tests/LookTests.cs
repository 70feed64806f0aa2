using System.Text.RegularExpressions;
using LiftPlus.Backbones;
using LiftPlus.Data;

namespace LiftPlus.Reports.Tests;

public sealed class LookTests : IDisposable
{
    private static readonly string[] s_names = ["ant", "bee"];

    private readonly FineTunedModel _model = LongTailFineTuner
        .CreateBuilder()
        .UseBackbone(Create)
        .UseTraining(training => training with { Epochs = 1, BatchSize = 4 })
        .UseDevice("cpu")
        .Build()
        .Fit(Noise(0));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void WithTheModelEveryMistakeHasASecondThumbnailOfWhereItLooked()
    {
        ImageDataset test = Noise(1);
        HtmlReportContent content = new()
        {
            Title = "Look",
            Evaluation = _model.Evaluate(test),
            Test = test,
        };
        int mistakes = content.Evaluation.Outcomes.Count(outcome => !outcome.IsCorrect);
        Assert.InRange(mistakes, 1, 10);
        string plain = HtmlReport.Create(content),
            drawn = HtmlReport.Create(content with { Model = _model });
        Assert.Equal(mistakes, Images(plain).Length);
        Assert.DoesNotContain("what speaks for", plain, StringComparison.Ordinal);
        Assert.Equal(2 * mistakes, Images(drawn).Length);
        Assert.Equal(2 * mistakes, Images(drawn).Distinct().Count());
        Assert.Equal(mistakes, Regex.Count(drawn, "figcaption>what speaks for (ant|bee)<"));
        Assert.Single(Images(HtmlReport.Create(content with { Model = _model, MaxThumbnails = 1 })));
    }

    [Fact]
    public void IfTheModelKeepsTrainingImagesThoseMostLikeAMistakeAreNamed()
    {
        ImageDataset test = Noise(1);
        _model.FitPolicy(Noise(2), Noise(0), new PredictionPolicyOptions { KeepTrainingImages = true });
        HtmlReportContent content = new()
        {
            Title = "Look",
            Evaluation = _model.Evaluate(test),
            Test = test,
        };
        Assert.Matches(
            @"; most like image \d in memory \((ant|bee)\), image \d in memory",
            HtmlReport.Create(content with { Model = _model })
        );
        Assert.DoesNotContain("most like image", HtmlReport.Create(content), StringComparison.Ordinal);
    }

    private static string[] Images(string page) => [.. Regex.Matches(page, "data:image/jpeg;base64,([^\"]+)").Select(match => match.Value)];

    // Labels at random, so that there are mistakes.
    private static ImageDataset Noise(int seed)
    {
        var random = new Random(seed);
        byte[] pixels = new byte[3 * 32 * 32];
        return ImageDataset.FromImages(
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(i =>
                    {
                        random.NextBytes(pixels);
                        return (RgbImage.FromPixels(pixels, 32, 32), i % 2);
                    }),
            ],
            s_names
        );
    }

    private static Backbone Create()
    {
        Backbone backbone = new(
            new BackboneConfig
            {
                Name = "small",
                Image = new VisionTransformerConfig
                {
                    ImageSize = 16,
                    PatchSize = 8,
                    Width = 32,
                    Depth = 2,
                    Heads = 2,
                    HiddenSize = 64,
                },
                Preprocess = new PreprocessConfig { ImageSize = 16 },
            }
        );
        backbone.Initialize(1);
        return backbone;
    }
}
