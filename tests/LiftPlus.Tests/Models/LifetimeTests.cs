using LiftPlus.Data;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Models;

public sealed class LifetimeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Exports_OfADisposedModel_Throw()
    {
        FineTunedModel model = Train();
        Backbone backbone = model.Backbone;
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => MergedExport.Save(model, _folder["merged"]));
        Assert.Throws<ObjectDisposedException>(() => PeftExport.Save(model, _folder["peft"]));
        Assert.Throws<ObjectDisposedException>(() => OnnxExport.Save(model, _folder["model.onnx"]));
        Assert.Throws<ObjectDisposedException>(() => OnnxExport.SaveBackbone(backbone, _folder["model.onnx"]));
        Assert.Throws<ObjectDisposedException>(() =>
            FeatureDiagnostic.Measure(model, TestWorld.Dataset(2, 2, 2), TestWorld.Dataset(2, 2, 2))
        );
        Assert.Throws<ObjectDisposedException>(() => ReferenceCheckpoint.Save(_folder["checkpoint.pth.tar"], backbone, null));
        Assert.Throws<ObjectDisposedException>(() => HuggingFacePeft.Save(backbone, _folder["adapter"]));
        Assert.Throws<ObjectDisposedException>(() => backbone.Save(_folder["backbone"]));
        Assert.Throws<ObjectDisposedException>(() => backbone.Merge());
        Assert.Throws<ObjectDisposedException>(() => backbone.TrainedState());
        Assert.Empty(Directory.GetFileSystemEntries(_folder[""]));
    }

    [Theory]
    [InlineData("model")]
    [InlineData("backbone")]
    [InlineData("classifier")]
    public void Save_OfWhatWasDisposed_LeavesTheGoodFolder(string part)
    {
        string saved = _folder["model"];
        using FineTunedModel model = Train();
        model.Save(saved);
        Dictionary<string, byte[]> before = Directory.GetFiles(saved).ToDictionary(file => file, File.ReadAllBytes);
        IDisposable disposed = part switch
        {
            "model" => model,
            "backbone" => model.Backbone,
            _ => model.Classifier,
        };
        disposed.Dispose();

        Exception thrown = Assert.ThrowsAny<Exception>(() => model.Save(saved));
        Assert.Equal(part == "classifier" ? typeof(LiftPlusException) : typeof(ObjectDisposedException), thrown.GetType());
        Assert.Equal(before, Directory.GetFiles(saved).ToDictionary(file => file, File.ReadAllBytes));
        Assert.Equal([saved], Directory.GetFileSystemEntries(_folder[""]));
    }

    // The model may be disposed where its predictions are read: nothing waits for itself.
    [Fact]
    public async Task Dispose_BetweenPredictions_EndsThem()
    {
        FineTunedModel model = Train();
        model.Inference = model.Inference with { BatchSize = 1 };
        int predicted = 0;
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            await foreach (Prediction _ in model.PredictEachAsync([TestWorld.Png(0), TestWorld.Png(1), TestWorld.Png(2)]))
            {
                predicted++;
                model.Dispose();
            }
        });
        Assert.Equal(1, predicted);
    }

    [Fact]
    public void Dispose_DuringAnEvaluation_FreesTheModelAfterIt()
    {
        FineTunedModel model = Train();
        long before = LiveTensors.Count();
        EvaluationReport report = model.Evaluate(TestWorld.Dataset(4, 4, 4), new DisposeOnReport(model));
        Assert.Equal(12, report.Metrics.Count);
        Assert.Throws<ObjectDisposedException>(() => model.Backbone);
        Assert.True(LiveTensors.Count() < before);
    }

    private static FineTunedModel Train() => TestWorld.Builder().AddLora().UseEpochs(2).Build().Fit(TestWorld.Dataset(8, 8, 8));

    private sealed class DisposeOnReport(FineTunedModel model) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => model.Dispose();
    }
}
