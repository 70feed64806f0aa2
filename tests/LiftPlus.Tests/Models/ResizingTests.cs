using System.Text.Json.Nodes;
using LiftPlus.Data;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Models;

/// <summary>A model resizes images as in its training, also after it was saved.</summary>
public sealed class ResizingTests : IDisposable
{
    private static readonly ModelLoadOptions s_cpu = new() { Device = "cpu" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ASavedModelPredictsAsBefore_WhereItsBackboneSquashes()
    {
        float[] squashed = TrainAndSave(WriteBackbone(), new BackboneLoadOptions());
        using FineTunedModel loaded = FineTunedModel.Load(_folder["model"], s_cpu);
        Assert.True(loaded.Backbone.Config.Preprocess is { Squash: true, Filter: ResizeFilter.Bilinear });
        Assert.Equal(squashed, Predict(loaded));
    }

    [Fact]
    public void AModelOfTheOptionsPredictsAsBefore()
    {
        string backbone = WriteBackbone();
        float[] cropped = TrainAndSave(backbone, new BackboneLoadOptions { SquashImages = false });
        using (FineTunedModel loaded = FineTunedModel.Load(_folder["model"], s_cpu))
        {
            Assert.Equal(cropped, Predict(loaded));
            loaded.Save(_folder["again"]);
        }

        using FineTunedModel again = FineTunedModel.Load(_folder["again"], s_cpu);
        Assert.Equal(cropped, Predict(again));
    }

    // Earlier versions cropped with the bicubic filter whatever the description said, and saved nothing of it.
    [Fact]
    public void AModelOfAnEarlierVersionPredictsAsBefore()
    {
        float[] before = TrainAndSave(
            WriteBackbone(),
            new BackboneLoadOptions { SquashImages = false, ResizeFilter = ResizeFilter.Bicubic }
        );
        string file = Path.Combine(_folder["model"], "recipe.json");
        JsonNode saved = JsonNode.Parse(File.ReadAllText(file))!;
        JsonObject preprocess = saved["Backbone"]!["Preprocess"]!.AsObject(),
            options = saved["Recipe"]!["BackboneOptions"]!.AsObject();
        Assert.True(preprocess.Remove("Squash") & preprocess.Remove("Filter"));
        Assert.True(options.Remove("SquashImages") & options.Remove("ResizeFilter"));
        File.WriteAllText(file, saved.ToJsonString());

        using FineTunedModel loaded = FineTunedModel.Load(_folder["model"], s_cpu);
        Assert.Equal(before, Predict(loaded));
        Assert.Contains(loaded.Backbone.Origin!.Remarks, remark => remark.Contains("resizes the short side and cuts out the center"));
    }

    [Fact]
    public void ARunContinuesOnlyWithItsOwnResizing()
    {
        string backbone = WriteBackbone();
        Tuner(backbone, new BackboneLoadOptions()).Fit(Dataset).Dispose();
        Tuner(backbone, new BackboneLoadOptions { SquashImages = true }).Resume(Dataset).Dispose(); // the same
        string message = Assert
            .Throws<LiftPlusException>(() => Tuner(backbone, new BackboneLoadOptions { SquashImages = false }).Resume(Dataset))
            .Message;
        Assert.Contains("Backbone.Preprocess.Squash: true in the checkpoint, false now", message);
    }

    private static ImageDataset Dataset => TestWorld.Dataset(12, 6, 3);

    private string WriteBackbone()
    {
        using Backbone backbone = new(
            TestWorld.Config with
            {
                Preprocess = TestWorld.Config.Preprocess with { Squash = true, Filter = ResizeFilter.Bilinear },
            }
        );
        backbone.Initialize(1);
        backbone.Save(_folder["backbone"]);
        return _folder["backbone"];
    }

    private LongTailFineTuner Tuner(string backbone, BackboneLoadOptions options) =>
        TestWorld.Builder().UseBackbone(backbone, options).UseCheckpoints(_folder["run"]).Build();

    private float[] TrainAndSave(string backbone, BackboneLoadOptions options)
    {
        using FineTunedModel model = Tuner(backbone, options).Fit(Dataset);
        model.Save(_folder["model"]);
        float[] predicted = Predict(model);
        model.Inference = model.Inference with { Expand = 7 };
        Assert.NotEqual(predicted, Predict(model)); // the image shows the difference
        return predicted;
    }

    private static float[] Predict(FineTunedModel model)
    {
        byte[] pixels = new byte[40 * 18 * 3];
        new Random(3).NextBytes(pixels);
        using RgbImage image = RgbImage.FromPixels(pixels, 40, 18);
        return [.. model.Predict(ImageSource.FromPixels(image.Share()), new PredictionOptions { Probabilities = true }).Probabilities];
    }
}
