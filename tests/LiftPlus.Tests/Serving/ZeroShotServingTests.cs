using System.Text;
using LiftPlus.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Serving;

/// <summary>A classifier by class names is served as a trained model is.</summary>
public sealed class ZeroShotServingTests
{
    private static readonly string s_tinyClip = Repository.PathOf("samples", "assets", "tiny-clip");
    private static readonly string[] s_names = ["red circle", "blue square"];

    [Fact]
    public async Task ItAnswersManyAtOnce_ReloadsAndIsHealthy()
    {
        using var listener = new Measurements("liftplus.classifier");
        ServiceCollection services = new();
        services.AddLogging().AddZeroShotClassifier(s_tinyClip, "red circle", "blue square");
        services.AddHealthChecks().AddImageClassifier();
        using ZeroShotClassifier expected = ZeroShotClassifier.Load(s_tinyClip, s_names);
        IReadOnlyList<ClassScore> top = expected.Predict(TestWorld.Png(0)).Top;
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            var classifier = provider.GetRequiredService<IServedImageClassifier>();
            Prediction[] predictions = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => classifier.PredictAsync(TestWorld.Png(0))));
            Assert.Equal(s_names, classifier.ClassNames);
            Assert.All(predictions, prediction => Assert.Equal(top[0].ClassName, prediction.ClassName));
            Assert.All(predictions, prediction => Assert.Equal(top[0].Probability, prediction.Probability, 4));
            await classifier.ReloadAsync();
            Assert.Equal((ClassifierHealth.Ready, 2), (classifier.State.Health, classifier.State.Loads));
            HealthReport health = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
            Assert.Equal(HealthStatus.Healthy, health.Status);
        }

        Assert.True(listener.Of("liftplus.classifier.batch.size").Max() > 1);
        Assert.Equal(2, listener.Of("liftplus.classifier.loads").Sum());
    }

    [Fact]
    public async Task ASectionAndKeysDescribeSeveral()
    {
        string json = $$"""
            { "A": { "Backbone": "{{s_tinyClip}}", "ClassNames": ["cat", "dog"], "PromptTemplates": ["a {}.", "the {}."],
                "Device": "cpu" } }
            """;
        IConfigurationSection section = Section(json, "A");
        ServiceCollection services = new();
        services.AddKeyedImageClassifier("animals", section).AddKeyedZeroShotClassifier("shapes", s_tinyClip, s_names);
        await using ServiceProvider provider = services.BuildServiceProvider();
        var animals = provider.GetRequiredKeyedService<IImageClassifier>("animals");
        var shapes = provider.GetRequiredKeyedService<IImageClassifier>("shapes");
        Assert.Equal(["cat", "dog"], animals.ClassNames);
        Assert.Equal(s_names, shapes.ClassNames);
        using ZeroShotClassifier expected = ZeroShotClassifier.Load(
            s_tinyClip,
            ["cat", "dog"],
            new ModelLoadOptions { Device = "cpu" },
            ["a {}.", "the {}."]
        );
        Assert.Equal(expected.Predict(TestWorld.Png(1)).Probability, (await animals.PredictAsync(TestWorld.Png(1))).Probability, 4);
    }

    [Theory]
    [InlineData("""{ "ClassNames": ["cat", "dog"] }""", "S:Backbone: the value is missing", "CLIP model")]
    [InlineData("""{ "Backbone": "b", "ClassNames": ["cat", " "] }""", "S:ClassNames:1", "a different name")]
    [InlineData("""{ "Backbone": "b", "ClassNames": ["sea_cow", "sea cow"] }""", "S:ClassNames:1", "'sea cow'")]
    [InlineData("""{ "Backbone": "b", "ClassNames": ["cat"], "PromptTemplates": ["a cat"] }""", "S:PromptTemplates:0", "Write {}")]
    [InlineData("""{ "Model": "m", "ClassNames": ["cat"] }""", "S:Model", "has its own classes")]
    [InlineData("""{ "Device": "cpu" }""", "S:Model", "ClassNames")]
    [InlineData("""{ "Backbone": "b", "ClassName": ["cat"] }""", "S:ClassName", "ClassName")]
    public async Task AWrongSectionIsNamedAtStart(string json, params string[] words)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddImageClassifier(Section($$"""{ "S": {{json}} }""", "S"));
        using IHost host = builder.Build();
        string message = (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Message;
        Assert.All(words, word => Assert.Contains(word, message));
    }

    [Fact]
    public async Task AModelWhoseResultsAreNotFiniteDoesNotServe()
    {
        await using ServiceProvider provider = new ServiceCollection()
            .AddImageClassifier(options => (options.CreateBackbone, options.ClassNames) = (Spoilt, [.. s_names]))
            .BuildServiceProvider();
        var classifier = provider.GetRequiredService<IServedImageClassifier>();
        string message = (await Assert.ThrowsAsync<LiftPlusException>(() => classifier.StartAsync())).Message;
        Assert.Contains("fails the test before it serves", message);
        Assert.Equal(ClassifierHealth.Failed, classifier.State.Health);
        Assert.Equal(message, (await Assert.ThrowsAsync<LiftPlusException>(() => classifier.PredictAsync(TestWorld.Png(0)))).Message);
    }

    [Fact]
    public async Task WithoutAHubAmongTheServicesARepositoryIsNotAskedFor()
    {
        await using ServiceProvider provider = new ServiceCollection()
            .AddZeroShotClassifier("owner/a-clip-that-is-missing", s_names)
            .BuildServiceProvider();
        var classifier = provider.GetRequiredService<IServedImageClassifier>();
        Assert.Contains(
            "add HubOptions to the services",
            (await Assert.ThrowsAsync<LiftPlusException>(() => classifier.StartAsync())).Message
        );
    }

    private static Backbone Spoilt()
    {
        Backbone backbone = Backbone.Load(s_tinyClip);
        using IDisposable noGrad = no_grad();
        using Tensor nan = tensor(new[] { float.NaN });
        foreach ((string name, Tensor values) in backbone.state_dict())
        {
            if (name.Contains("norm", StringComparison.Ordinal) && name.EndsWith("bias", StringComparison.Ordinal))
                values.copy_(nan);
        }

        return backbone;
    }

    private static IConfigurationSection Section(string json, string path) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection(path);
}
