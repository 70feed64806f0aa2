using LiftPlus.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LiftPlus.Exports.Tests;

/// <summary>Serves an ONNX file by the services of an application.</summary>
public sealed class OnnxServingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["model.onnx"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ConcurrentRequests_AreAnsweredAsByTheModel()
    {
        using FineTunedModel model = Export("CLIP");
        await using ServiceProvider services = new ServiceCollection().AddOnnxImageClassifier(File).BuildServiceProvider();
        var classifier = services.GetRequiredService<IImageClassifier>();
        int[] seeds = [.. Enumerable.Range(1, 24)];
        Prediction[] found = await Task.WhenAll(seeds.Select(seed => classifier.PredictAsync(Waves.Image(seed))));
        Assert.Equal(seeds.Select(seed => model.Predict(Waves.Image(seed)).ClassName), found.Select(prediction => prediction.ClassName));
    }

    [Fact]
    public async Task ANewFile_ReplacesTheModel_AndABadOneDoesNot()
    {
        using FineTunedModel first = Export("CLIP");
        await using ServiceProvider services = new ServiceCollection()
            .AddOnnxImageClassifier(options => (options.Model, options.PollInterval) = (File, null))
            .BuildServiceProvider();
        var classifier = services.GetRequiredService<IServedImageClassifier>();
        await classifier.StartAsync();
        Assert.Equal(first.Predict(Waves.Image(1)).ClassName, (await classifier.PredictAsync(Waves.Image(1))).ClassName);

        await System.IO.File.WriteAllBytesAsync(File, [1, 2, 3]);
        LiftPlusException refused = await Assert.ThrowsAsync<LiftPlusException>(() => classifier.ReloadAsync());
        Assert.Contains(File, refused.Message);
        Assert.Equal((ClassifierHealth.Stale, 1), (classifier.State.Health, classifier.State.Loads));
        Assert.Equal(first.Predict(Waves.Image(1)).ClassName, (await classifier.PredictAsync(Waves.Image(1))).ClassName);

        using FineTunedModel second = Export("SigLIP");
        await classifier.ReloadAsync();
        Assert.Equal((ClassifierHealth.Ready, 2), (classifier.State.Health, classifier.State.Loads));
        Assert.Equal(second.Predict(Waves.Image(1)).Probability, (await classifier.PredictAsync(Waves.Image(1))).Probability, 2e-5f);
    }

    [Fact]
    public async Task AFileWhoseResultsAreNotFinite_DoesNotServe()
    {
        using (FineTunedModel model = ToyModels.Create("CLIP"))
        {
            using (TorchSharp.torch.no_grad())
                model.Classifier.Weight!.fill_(TensorMath.Hold(float.NaN));
            OnnxExport.Save(model, File);
        }

        await using ServiceProvider services = new ServiceCollection().AddOnnxImageClassifier(File).BuildServiceProvider();
        var classifier = services.GetRequiredService<IServedImageClassifier>();
        Assert.Contains("not finite", (await Assert.ThrowsAsync<LiftPlusException>(() => classifier.StartAsync())).Message);
    }

    [Fact]
    public async Task Configuration_SetsTheOptions_AndUnknownKeysAreErrors()
    {
        using FineTunedModel model = Export("CLIP");
        var settings = new Dictionary<string, string?>
        {
            ["Classifier:Model"] = File,
            ["Classifier:MaxBatchSize"] = "8",
            ["Classifier:Session:Threads"] = "1",
            ["Classifier:Session:Provider"] = "cpu",
        };
        await using (ServiceProvider services = Services(settings))
        {
            OnnxImageClassifierOptions options = services.GetRequiredService<IOptions<OnnxImageClassifierOptions>>().Value;
            Assert.Equal((8, 1, File), (options.MaxBatchSize, options.Session.Threads, options.Model));
            Assert.NotEmpty((await services.GetRequiredService<IImageClassifier>().PredictAsync(Waves.Image(1))).ClassName);
        }

        settings["Classifier:Session:Thread"] = "1";
        settings["Classifier:MaxBatchSize"] = "many";
        await using ServiceProvider wrong = Services(settings);
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() =>
            wrong.GetRequiredService<IOptions<OnnxImageClassifierOptions>>().Value
        );
        Assert.Contains("Classifier:Session:Thread", error.Message);
        Assert.Contains("Classifier:MaxBatchSize", error.Message);
    }

    [Fact]
    public async Task AHostWithoutTheFile_DoesNotStart()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddKeyedOnnxImageClassifier("flowers", options => options.Model = _folder["nothing.onnx"]);
        using IHost host = builder.Build();
        LiftPlusException error = await Assert.ThrowsAsync<LiftPlusException>(() => host.StartAsync());
        Assert.Contains("nothing.onnx", error.Message);
    }

    [Fact]
    public void WithoutAFile_TheOptionsAreInvalid()
    {
        using ServiceProvider services = new ServiceCollection().AddOnnxImageClassifier("").BuildServiceProvider();
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() =>
            services.GetRequiredService<IOptionsMonitor<OnnxImageClassifierOptions>>().CurrentValue
        );
        Assert.Contains("Give the ONNX file.", error.Message);
    }

    private FineTunedModel Export(string family)
    {
        FineTunedModel model = ToyModels.Create(family);
        OnnxExport.Save(model, File, new OnnxExportOptions { Preprocessing = family == "SigLIP" });
        return model;
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings)
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection().AddOnnxImageClassifier(configuration.GetSection("Classifier")).BuildServiceProvider();
    }
}
