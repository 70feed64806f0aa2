using LiftPlus.Data;
using LiftPlus.Metrics;
using LiftPlus.Models;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>The ensemble adds the scores of both models without their priors.</summary>
public sealed class DebiasedEnsembleTests
{
    private static readonly string s_clip = Repository.PathOf("samples", "assets", "tiny-clip");
    private static readonly string[] s_names = ["red circle", "green square", "blue star"];

    [Theory]
    [InlineData("logit-adjusted", 0)]
    [InlineData("cross-entropy", 1)]
    [InlineData("half", 0.5)]
    [InlineData("reweighted", 0.25)]
    public void ItsScoresAreTheSumWithoutThePriors(string loss, double ownPrior)
    {
        ImageDataset train = Images(8, 3, 1);
        using FineTunedModel model = Builder(loss).Build().Fit(train);
        using DebiasedEnsemble ensemble = DebiasedEnsemble.Create(model, train);
        using ZeroShotClassifier zeroShot = new(Backbone.Load(s_clip), train.Classes);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor images = randn([4, 3, model.Backbone.Config.Preprocess.ImageSize, model.Backbone.Config.Preprocess.ImageSize]);
        double[] z = TensorAssert.Doubles(model.Logits(images)),
            zs = TensorAssert.Doubles(zeroShot.Logits(images)),
            found = TensorAssert.Doubles(ensemble.Logits(images));
        Assert.Equal(1, ensemble.ZeroShotPrior.Sum(), 1e-9);
        for (int i = 0; i < found.Length; i++)
        {
            double share = train.Classes.Counts[i % 3] / 12.0;
            Assert.Equal(z[i] - ownPrior * Math.Log(share) + zs[i] - Math.Log(ensemble.ZeroShotPrior[i % 3]), found[i], 1e-3);
        }

        ClassificationMetrics metrics = ensemble.Evaluate(train).Metrics;
        Assert.Equal(12, metrics.PerClassCount.Sum());
    }

    [Fact]
    public void WhatItCannotBeMadeOfIsRefused()
    {
        ImageDataset train = Images(2, 2, 2);
        using FineTunedModel sampled = Builder("logit-adjusted").UseClassBalancedSampler().Build().Fit(train);
        Assert.Contains(
            "the sampler 'class-balanced'",
            Assert.Throws<LiftPlusException>(() => DebiasedEnsemble.Create(sampled, train)).Message
        );
        using FineTunedModel withoutText = TestWorld.Builder().UseEpochs(1).Build().Fit(TestWorld.Dataset(2, 2, 2));
        ImageDataset colours = TestWorld.Dataset(2, 2, 2);
        Assert.Contains("made in code", Assert.Throws<LiftPlusException>(() => DebiasedEnsemble.Create(withoutText, colours)).Message);
        ModelLoadOptions options = new() { CreateBackbone = TestWorld.CreateBackbone };
        Assert.Contains(
            "no text encoder",
            Assert.Throws<LiftPlusException>(() => DebiasedEnsemble.Create(withoutText, colours, options)).Message
        );
        using FineTunedModel model = Builder("logit-adjusted").Build().Fit(train);
        Assert.Contains(
            "is not the one that the model was trained on: Backbone",
            Assert.Throws<LiftPlusException>(() => DebiasedEnsemble.Create(model, train, options)).Message
        );
    }

    [Fact]
    public void AModelWithOtherClassesThanBeforeIsNoticed()
    {
        ImageDataset train = Images(2, 2, 2);
        using FineTunedModel model = Builder("logit-adjusted").Build().Fit(train);
        using DebiasedEnsemble ensemble = DebiasedEnsemble.Create(model, train);
        model.RenameClass("blue star", "blue moon");
        Assert.Contains("Create it again", Assert.Throws<LiftPlusException>(() => ensemble.Evaluate(train)).Message);
    }

    private static LongTailFineTunerBuilder Builder(string loss)
    {
        LongTailFineTunerBuilder builder = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(s_clip)
            .UseTraining(training => training with { Epochs = 1, BatchSize = 4 })
            .UseDevice("cpu");
        return loss switch
        {
            "cross-entropy" => builder.UseCrossEntropy(),
            "half" => builder.UseLogitAdjustedLoss(0.5),
            "reweighted" => builder.UseGeneralizedReweightLoss(0.75),
            _ => builder,
        };
    }

    private static ImageDataset Images(params int[] counts) =>
        ImageDataset.FromImages(counts.SelectMany((count, label) => Enumerable.Repeat((TestWorld.Pixels(label), label), count)), s_names);
}
