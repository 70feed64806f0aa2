using System.Text.Json;
using LiftPlus.Models;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Decisions;

public sealed class ModelPolicyTests : IDisposable
{
    private readonly FineTunedModel _model = TestWorld.Builder().Build().Fit(TestWorld.Dataset(30, 12, 6));

    private static ImageDataset Validation => TestWorld.Dataset(20, 20, 20);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void WithoutAPolicyPredictionsHaveNeitherSetsNorUnknownScores()
    {
        Prediction prediction = _model.Predict(TestWorld.Png(0));
        Assert.Null(prediction.Set);
        Assert.Null(prediction.Unknown);
        string json = JsonSerializer.Serialize(prediction, JsonSerializerOptions.Web);
        Assert.DoesNotContain("\"set\"", json);
        Assert.DoesNotContain("\"unknown\"", json);
    }

    [Theory]
    [InlineData(UnknownMeasure.MaximumSoftmax)]
    [InlineData(UnknownMeasure.NeighborDistance)]
    [InlineData(UnknownMeasure.RelativeMahalanobis)]
    public void ASavedPolicyIsAppliedAfterLoading(UnknownMeasure measure)
    {
        using var folder = new TemporaryFolder();
        _model.FitPolicy(Validation, TestWorld.Dataset(30, 12, 6), new PredictionPolicyOptions { UnknownMeasure = measure });
        Prediction before = _model.Predict(TestWorld.Png(1), new PredictionOptions { Probabilities = true });
        Assert.NotNull(before.Set);
        Assert.NotNull(before.Unknown);
        Assert.True(before.Features.IsEmpty); // computed for the policy, not asked for
        string path = Path.Combine(folder.Path, "model");
        _model.Save(path);
        using FineTunedModel loaded = FineTunedModel.Load(
            path,
            new ModelLoadOptions { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" }
        );
        Prediction after = loaded.Predict(TestWorld.Png(1), new PredictionOptions { Probabilities = true });
        Assert.Equal(before.Set!.Value, after.Set!.Value);
        Assert.Equal(before.Unknown!.Value.Value, after.Unknown!.Value.Value, tolerance: 1e-5);
        Assert.Equal(before.Unknown!.Value.Threshold, after.Unknown!.Value.Threshold);
        Assert.Equal(before.Probabilities, after.Probabilities);
    }

    [Fact]
    public void TrainingImagesAreUsedForUnknownOnesUnlessTheOptionsSayOtherwise()
    {
        ImageDataset train = TestWorld.Dataset(30, 12, 6);
        Assert.Equal(UnknownMeasure.MaximumSoftmax, _model.FitPolicy(Validation).Options.UnknownMeasure);
        PredictionPolicyOptions options = new() { FalseAlarms = 0.1 };
        Assert.Equal(
            options with
            {
                UnknownMeasure = UnknownMeasure.RelativeMahalanobis,
            },
            _model.FitPolicy(Validation, train, options).Options
        );
        options = options with { UnknownMeasure = UnknownMeasure.MaximumSoftmax };
        Assert.Equal(options, _model.FitPolicy(Validation, train, options).Options);
    }

    [Fact]
    public void AnEditedPolicyFileIsRefused()
    {
        using var folder = new TemporaryFolder();
        _model.FitPolicy(Validation);
        string path = Path.Combine(folder.Path, "model"),
            file = Path.Combine(path, PolicyFiles.JsonName);
        _model.Save(path);
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"coverage\": 0.9", "\"coverage\": 0.8", StringComparison.Ordinal));
        LiftPlusException error = Assert.Throws<LiftPlusException>(() =>
            FineTunedModel.Load(path, new ModelLoadOptions { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" })
        );
        Assert.Contains("policy.json", error.Message);
    }

    [Fact]
    public void APredictionWithAPolicyIsTheSameAfterJson()
    {
        _model.FitPolicy(Validation);
        Prediction prediction = _model.Predict(TestWorld.Png(2));
        string json = JsonSerializer.Serialize(prediction, JsonSerializerOptions.Web);
        Assert.Contains("\"set\":[", json);
        Assert.Contains("\"isUnknown\":", json);
        Prediction read = JsonSerializer.Deserialize<Prediction>(json, JsonSerializerOptions.Web)!;
        Assert.Equal(prediction.Set!.Value, read.Set!.Value);
        Assert.Equal(prediction.Unknown, read.Unknown);
    }

    [Fact]
    public void AKnownMixChangesPredictionsAndIsChecked()
    {
        PredictionPolicy policy = _model.FitPolicy(Validation);
        _model.Policy = policy with { Prior = [0, 0, 1] };
        Assert.Equal(2, _model.Predict(TestWorld.Png(0)).Best.Label);
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => _model.Policy = policy with { Prior = [0.5, 0.5] });
        Assert.Contains("Prior has 2 values; it must have 3", error.Message);
        error = Assert.Throws<LiftPlusException>(() => _model.Policy = policy with { Prior = [0.5, 0.5, 0.5] });
        Assert.Contains("Prior sums to 1.5", error.Message);
        Assert.Equal(2, _model.Predict(TestWorld.Png(0)).Best.Label); // the earlier policy
    }

    [Fact]
    public void OtherClassesHaveNoPolicy()
    {
        PredictionPolicy policy = _model.FitPolicy(Validation);
        _model.RemoveClass("green");
        Assert.Null(_model.Policy);
        Assert.Null(_model.Predict(TestWorld.Png(0)).Set);
        LiftPlusException error = Assert.Throws<LiftPlusException>(() => _model.Policy = policy);
        Assert.Contains("fitted to 3 classes", error.Message);
    }

    [Fact]
    public void AdaptingAndMeasuringNeedAPolicy()
    {
        Assert.Contains("FitPolicy", Assert.Throws<LiftPlusException>(() => _model.AdaptTo([TestWorld.Png(0)])).Message);
        Assert.Contains("FitPolicy", Assert.Throws<LiftPlusException>(() => _model.EvaluatePolicy(Validation)).Message);
    }

    [Theory]
    [InlineData(double.NaN, 0.01)]
    [InlineData(-1, 0.01)]
    [InlineData(1, 2)]
    public void AdaptingRefusesOptionsOutOfRange(double strength, double significance)
    {
        _model.FitPolicy(Validation);
        var options = new MixOptions { Strength = strength, Significance = significance };
        Assert.ThrowsAny<LiftPlusException>(() => _model.AdaptTo([TestWorld.Png(0)], options));
    }

    [Fact]
    public void AFewImagesAreNoReasonToAdapt()
    {
        _model.FitPolicy(Validation);
        MixEstimate estimate = _model.AdaptTo([TestWorld.Png(0), TestWorld.Png(0)]);
        Assert.Equal(1, estimate.PValue);
        Assert.False(estimate.IsShifted);
        Assert.Null(_model.Policy!.Prior);
        Assert.Equal(1, estimate.Prior.Sum(), precision: 9);
    }

    [Fact]
    public void TheReportHasTheFiguresOfThePredictions()
    {
        _model.FitPolicy(Validation);
        ImageDataset test = TestWorld.Dataset(8, 8, 8);
        PolicyReport report = _model.EvaluatePolicy(test, [TestWorld.Png(0), TestWorld.Png(1)]);
        Prediction[] predictions = [.. test.Select(image => _model.Predict(image.Source))];
        double covered = predictions.Zip(test, (p, image) => p.Set!.Value.Any(entry => entry.Label == image.Label) ? 100.0 : 0).Average();
        Assert.Equal(covered, report.Groups[0].Coverage!.Value, precision: 6);
        Assert.Equal(predictions.Average(p => p.Set!.Value.Length), report.Groups[0].SetSize!.Value, precision: 6);
        Assert.Equal(predictions.Average(p => p.Unknown!.Value.IsUnknown ? 100.0 : 0), report.Groups[0].FalseAlarms!.Value, precision: 6);
        Assert.Equal(24, report.Groups.Skip(1).Sum(group => group.Images));
        Assert.Equal(2, report.UnknownImages);
        Assert.InRange(report.UnknownArea!.Value, 0, 1);
    }
}
