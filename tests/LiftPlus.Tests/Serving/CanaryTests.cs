using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Serving;

/// <summary>New models that load and give nothing usable.</summary>
public sealed class CanaryTests : IDisposable
{
    private static readonly ComponentRegistry s_components = RecipeJson.BuiltIn().Add<SpoiltClassifierOptions>();
    private readonly TestSupport.TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<Backbone> _loaded = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("throws", "It does not want to.")]
    [InlineData("wide", "results of the shape (2, 4) for 2 images and 3 classes")]
    [InlineData("nan", "logits of a test image are not finite: 6 of 6 values")]
    [InlineData("negative infinity", "logits of a test image are not finite: 2 of 6 values")]
    public async Task ABadCandidate_IsFreed_AndTheOldModelServesOn(string how, string reason)
    {
        Save("not");
        await using ServiceProvider services = Services();
        var classifier = services.GetRequiredService<IServedImageClassifier>();
        await classifier.StartAsync();
        string answer = (await classifier.PredictAsync(TestWorld.Png(1))).ClassName;

        Save(how);
        LiftPlusException refused = await Assert.ThrowsAsync<LiftPlusException>(() => classifier.ReloadAsync());
        Assert.Contains(reason, refused.Message);
        Assert.Contains(_folder["model"], refused.Message);
        Assert.Equal(
            (ClassifierHealth.Stale, 1, refused.Message),
            (classifier.State.Health, classifier.State.Loads, classifier.State.Error)
        );
        Assert.Equal(answer, (await classifier.PredictAsync(TestWorld.Png(1))).ClassName);
        Assert.Equal([false, true], _loaded.Select(IsDisposed));

        Save("not");
        await classifier.ReloadAsync();
        Assert.Equal(ClassifierHealth.Ready, classifier.State.Health);
        Assert.Equal([true, true, false], _loaded.Select(IsDisposed));
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("wide")]
    [InlineData("nan")]
    public async Task ABadFirstModel_NeverAnswers(string how)
    {
        Save(how);
        await using ServiceProvider services = Services();
        var classifier = services.GetRequiredService<IServedImageClassifier>();
        await Assert.ThrowsAsync<LiftPlusException>(() => classifier.StartAsync());
        Assert.Equal(ClassifierHealth.Failed, classifier.State.Health);
        await Assert.ThrowsAsync<LiftPlusException>(() => classifier.PredictAsync(TestWorld.Png(1)));
        Assert.True(IsDisposed(Assert.Single(_loaded)));
    }

    [Fact]
    public async Task FiniteWeightsThatOverflow_AreFoundOut()
    {
        Save("not");
        await using ServiceProvider services = Services();
        var classifier = services.GetRequiredService<IServedImageClassifier>();
        await classifier.StartAsync();
        using (FineTunedModel model = Train("not"))
        {
            using (NewDisposeScope())
            using (no_grad())
                model.Classifier.Weight!.copy_(tensor(new[] { 3e38f }));
            model.Save(_folder["model"]);
        }

        Assert.Contains("not finite", (await Assert.ThrowsAsync<LiftPlusException>(() => classifier.ReloadAsync())).Message);
        Assert.Equal(ClassifierHealth.Stale, classifier.State.Health);
    }

    private static bool IsDisposed(Backbone backbone) => Record.Exception(() => backbone.TrainedState()) is ObjectDisposedException;

    private void Save(string how)
    {
        using FineTunedModel model = Train(how);
        model.Save(_folder["model"]);
    }

    private static FineTunedModel Train(string how) =>
        TestWorld
            .Builder()
            .UseClassifier(new SpoiltClassifierOptions { How = how }, ClassifierInitialization.None)
            .UseEpochs(1)
            .Build()
            .Fit(TestWorld.Dataset(6, 6, 6));

    private ServiceProvider Services() =>
        new ServiceCollection()
            .AddSingleton(s_components)
            .AddImageClassifier(options =>
            {
                options.Model = _folder["model"];
                options.PollInterval = null;
                options.CreateBackbone = () =>
                {
                    Backbone backbone = TestWorld.CreateBackbone();
                    _loaded.Enqueue(backbone);
                    return backbone;
                };
            })
            .BuildServiceProvider();
}
