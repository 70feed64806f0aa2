using LiftPlus.Data;
using LiftPlus.TestSupport;

namespace LiftPlus.Exports.Tests;

/// <summary>Tests a file on images before it appears.</summary>
public sealed class OnnxExportTestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FineTunedModel _model = ToyModels.Create("CLIP");

    private string File => _folder["model.onnx"];

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void TheFileAndTheModel_AreCompared()
    {
        OnnxExportResult result = Save(new OnnxExportTest(Images(), path => OnnxImageClassifier.Load(path)));
        Assert.Null(result.Warning);
        Assert.Equal([OnnxExportResult.Model, OnnxExportResult.File], result.Comparison!.Runs.Select(run => run.Method));
        Assert.Equal(
            result.Comparison.Runs[0].Report.Outcomes.Select(outcome => outcome.Predicted),
            result.Comparison.Runs[1].Report.Outcomes.Select(outcome => outcome.Predicted)
        );
        Assert.Equal(
            result.Comparison.Runs[0].Report.GetCalibration()!.Error,
            result.Comparison.Runs[1].Report.GetCalibration()!.Error,
            1e-4
        );
        Assert.Equal([File], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData(OnnxWeights.Float16)]
    [InlineData(OnnxWeights.Int8)]
    public void SmallerWeights_AreTestedAsTheyAreWritten(OnnxWeights weights)
    {
        ImageDataset images = Images();
        OnnxExportResult result = OnnxExport.Save(
            _model,
            File,
            new OnnxExportOptions { Weights = weights, Test = new OnnxExportTest(images, path => OnnxImageClassifier.Load(path)) }
        );
        using OnnxImageClassifier file = OnnxImageClassifier.Load(File);
        Assert.Equal(
            file.Predict(images.Select(image => image.Source)).Select(prediction => prediction.Top[0].Label),
            result.Comparison!.Runs[1].Report.Outcomes.Select(outcome => outcome.Predicted)
        );
    }

    [Fact]
    public void ALossAmongRareClasses_IsAWarning()
    {
        OnnxExportResult result = Save(new OnnxExportTest(Images(), Forgetful));
        Assert.Contains("the accuracy of few-shot classes falls by", result.Warning);
        Assert.True(System.IO.File.Exists(File));
        Assert.Null(Save(new OnnxExportTest(Images(), Forgetful) { MaxLoss = 100 }).Warning);
    }

    [Fact]
    public void ALossAmongRareClasses_IsRefusedIfAskedFor_AndNothingAppears()
    {
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => Save(new OnnxExportTest(Images(), Forgetful) { Refuse = true }));
        Assert.StartsWith($"{File} was not written: the accuracy of few-shot classes falls by", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void WhatFailsDuringTheTest_LeavesNothing()
    {
        Assert.Throws<InvalidOperationException>(() => Save(new OnnxExportTest(Images(), _ => throw new InvalidOperationException())));
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            OnnxExport.Save(_model, File, new OnnxExportOptions { Test = new OnnxExportTest(Images(), path =>
                    {
                        stop.Cancel();
                        return OnnxImageClassifier.Load(path);
                    }) }, stop.Token)
        );
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void AClassifierOfOtherClasses_IsRefused()
    {
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            Save(new OnnxExportTest(Images(), _ => new Fake(["a", "b"], "a")))
        );
        Assert.Contains("other classes than the model", error.Message);
    }

    private OnnxExportResult Save(OnnxExportTest test) => OnnxExport.Save(_model, File, new OnnxExportOptions { Test = test });

    // The labels are what the model answers, so that it is always right.
    private ImageDataset Images()
    {
        ImageSource[] images = [.. Enumerable.Range(1, 12).Select(Waves.Image)];
        return new ImageDataset(
            images.Zip(_model.Predict(images), (image, answer) => new LabeledImage(image, answer.Top[0].Label)),
            [.. _model.ClassNames]
        );
    }

    private Fake Forgetful(string file)
    {
        Assert.True(System.IO.File.Exists(file));
        return new Fake([.. _model.ClassNames], _model.ClassNames[0]);
    }

    private sealed class Fake(string[] names, string answer) : IImageClassifier
    {
        public IReadOnlyList<string> ClassNames => names;

        public async IAsyncEnumerable<Prediction> PredictEachAsync(
            IAsyncEnumerable<ImageSource> images,
            PredictionOptions? options = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            await foreach (ImageSource image in images.WithCancellation(cancellationToken))
            {
                float[] probabilities = [.. names.Select(name => name == answer ? 1f : 0f)];
                yield return new Prediction(image.Name, [new ClassScore(0, answer, 1)]) { Probabilities = [.. probabilities] };
            }
        }
    }
}
