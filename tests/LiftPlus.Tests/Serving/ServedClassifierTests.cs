using System.Diagnostics.Metrics;
using System.Text;
using LiftPlus.Data;
using LiftPlus.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LiftPlus.Tests.Serving;

public sealed class ServedClassifierTests : IDisposable
{
    private static readonly string[] s_otherNames = ["rouge", "vert", "bleu"];
    private readonly ServedWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task ConcurrentRequests_GoThroughTheModelTogether_AndGetWhatItSays()
    {
        using var listener = new Measurements("liftplus.classifier");
        await using (ServiceProvider services = _world.Services(options => options.MaxBatchSize = 8))
        {
            var classifier = services.GetRequiredService<IImageClassifier>();
            Prediction[] predictions = await Task.WhenAll(
                Enumerable.Range(0, 100).Select(i => classifier.PredictAsync(TestWorld.Png(i % 3)))
            );
            Assert.Equal(
                Enumerable.Range(0, 100).Select(i => TestWorld.Names[i % 3]),
                predictions.Select(prediction => prediction.ClassName)
            );

            IReadOnlyList<Prediction> many = classifier.Predict(
                Enumerable.Range(0, 50).Select(i => ImageSource.FromBytes(TestWorld.Png(i % 3), $"{i}"))
            );
            Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), many.Select(prediction => prediction.Path));
            Assert.Equal(64, classifier.Predict(TestWorld.Png(0), new PredictionOptions { Features = FeatureKind.Raw }).Features.Length);
            Assert.Equal(TestWorld.Names, classifier.ClassNames);
        }

        double[] batches = listener.Of("liftplus.classifier.batch.size");
        Assert.Equal(151, batches.Sum());
        Assert.InRange(batches.Max(), 2, 8);
        Assert.Equal(151, listener.Of("liftplus.classifier.request.duration").Length);
        Assert.Equal(151, listener.Of("liftplus.classifier.batch.duration").Length + batches.Sum(size => size - 1));
        Assert.Equal(0, listener.Of("liftplus.classifier.queue.length").Sum());
        Assert.Equal(1, listener.Of("liftplus.classifier.loads").Sum());
    }

    [Fact]
    public async Task WithoutRoom_ImagesAreRefused_OrWait()
    {
        foreach (QueueFullMode mode in Enum.GetValues<QueueFullMode>())
        {
            await using ServiceProvider services = _world.Services(options => (options.QueueCapacity, options.FullMode) = (1, mode));
            var classifier = services.GetRequiredService<IImageClassifier>();
            using var slow = new SlowPixels(TestWorld.Pixels(1));
            Task<Prediction> first = classifier.PredictAsync(slow.Source);
            await slow.IsRead;
            Task<Prediction> second = classifier.PredictAsync(TestWorld.Png(2));
            if (mode == QueueFullMode.Reject)
                Assert.Contains("1 images", (await Assert.ThrowsAsync<QueueFullException>(() => second)).Message);
            slow.GoOn();
            Assert.Equal("green", (await first).ClassName);
            if (mode == QueueFullMode.Wait)
                Assert.Equal("blue", (await second).ClassName);
            Assert.Equal("red", (await classifier.PredictAsync(TestWorld.Png(0))).ClassName);
        }
    }

    [Fact]
    public async Task Cancelled_ImagesMakeRoom_AndHurtNoOthers()
    {
        await using ServiceProvider services = _world.Services(options =>
            (options.QueueCapacity, options.FullMode) = (8, QueueFullMode.Wait)
        );
        var classifier = services.GetRequiredService<IImageClassifier>();
        for (int round = 0; round < 20; round++)
        {
            using var cancel = new CancellationTokenSource();
            SlowStream[] stuck = [.. Enumerable.Range(0, 4).Select(_ => new SlowStream(TestWorld.Png(1)))];
            Task[] cancelled =
            [
                .. stuck.Select(stream => classifier.PredictAsync(stream, null, cancel.Token)),
                .. Enumerable.Range(0, 4).Select(_ => classifier.PredictAsync(TestWorld.Png(0), null, cancel.Token)),
            ];
            Task<Prediction>[] kept = [.. Enumerable.Range(0, 4).Select(i => classifier.PredictAsync(TestWorld.Png(i % 3)))];
            await cancel.CancelAsync();
            foreach ((int i, Task<Prediction> prediction) in kept.Index())
                Assert.Equal(TestWorld.Names[i % 3], (await prediction).ClassName);
            foreach (Task task in cancelled[..4])
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        }

        Assert.Equal(8, (await classifier.PredictAsync(Enumerable.Repeat<ImageSource>(TestWorld.Png(0), 8))).Count);
    }

    [Fact]
    public async Task UnreadableAndHugeImages_FailAlone()
    {
        await using ServiceProvider services = _world.Services(options =>
            options.Limits = new ImageLimits { MaxPixels = 10_000, MaxEncodedBytes = 100_000 }
        );
        var classifier = services.GetRequiredService<IImageClassifier>();
        byte[] good = TestWorld.Png(2);
        ImageSource[] images =
        [
            good,
            good[..30],
            TestWorld.Png(0, 101, 100),
            new MemoryStream(new byte[100_001]),
            new MemoryStream(),
            good,
        ];
        IReadOnlyList<Prediction> predictions = await classifier.PredictAsync(images, new PredictionOptions { KeepErrors = true });
        Assert.Equal([true, false, false, false, false, true], predictions.Select(prediction => prediction.Error is null));
        Assert.Contains("101x100", predictions[2].Error!.Message);
        Assert.Contains("100,000 bytes", predictions[3].Error!.Message);
        await Assert.ThrowsAsync<ImageDecodeException>(() => classifier.PredictAsync(images));
    }

    [Fact]
    public async Task Reload_UnderLoad_AnswersEveryImage_AndFreesTheOldModel()
    {
        await using ServiceProvider services = _world.Services(options => options.PollInterval = null);
        var classifier = services.GetRequiredService<IServedImageClassifier>();
        await classifier.StartAsync();
        using var stop = new CancellationTokenSource();
        Task<List<string>>[] callers =
        [
            .. Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        List<string> names = [];
                        while (!stop.IsCancellationRequested)
                            names.Add((await classifier.PredictAsync(TestWorld.Png(1))).ClassName);
                        return names;
                    })
                ),
        ];
        for (int reload = 0; reload < 6; reload++)
        {
            _world.Train(reload % 2 == 0 ? s_otherNames : TestWorld.Names);
            await classifier.ReloadAsync();
        }

        await stop.CancelAsync();
        string[] answers = [.. (await Task.WhenAll(callers)).SelectMany(names => names)];
        Assert.Equal(["green", "vert"], answers.Distinct().Order());
        Assert.Equal(7, classifier.State.Loads);
        Assert.Equal(6, _world.Log.Count(line => line.EndsWith("is freed")));
    }

    [Fact]
    public async Task ABrokenModel_IsLogged_AndTheOldOneServesOn()
    {
        await using ServiceProvider services = _world.Services(options => options.PollInterval = TimeSpan.FromMilliseconds(20));
        var classifier = services.GetRequiredService<IServedImageClassifier>();
        Assert.Equal(ClassifierHealth.Starting, classifier.State.Health);
        await classifier.StartAsync();
        Assert.Equal(ClassifierHealth.Ready, classifier.State.Health);

        File.WriteAllText(Path.Combine(_world.Folder["model"], "recipe.json"), "{ broken");
        await Until(() => classifier.State.Health == ClassifierHealth.Stale);
        Assert.Contains("recipe.json", classifier.State.Error);
        Assert.Equal("green", (await classifier.PredictAsync(TestWorld.Png(1))).ClassName);
        await Assert.ThrowsAsync<LiftPlusException>(() => classifier.ReloadAsync());
        Assert.Contains(_world.Log, line => line.Contains("the old one continues to serve"));

        _world.Train(s_otherNames); // the watch finds it
        await Until(() => classifier.State.Health == ClassifierHealth.Ready);
        Assert.Equal("vert", (await classifier.PredictAsync(TestWorld.Png(1))).ClassName);
    }

    [Fact]
    public async Task Disposed_AnswersWhatItLetIn_AndRefusesTheRest()
    {
        ServiceProvider services = _world.Services(_ => { });
        var classifier = services.GetRequiredService<IServedImageClassifier>();
        await classifier.StartAsync();
        Task<Prediction>[] asked = [.. Enumerable.Range(0, 50).Select(_ => classifier.PredictAsync(TestWorld.Png(0)))];
        await services.DisposeAsync();
        foreach (Task<Prediction> task in asked)
        {
            Exception? failure = await Record.ExceptionAsync(() => task);
            Assert.True(failure is null or ObjectDisposedException, $"{failure}");
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => classifier.PredictAsync(TestWorld.Png(0)));
        Assert.Equal(ClassifierHealth.Stopped, classifier.State.Health);
        services.Dispose();
    }

    [Fact]
    public async Task AHost_WarmsUp_OrSaysAtStartWhatIsMissing()
    {
        using (IHost good = BuildHost(services => services.AddImageClassifier(_world.Folder["model"])))
        {
            await good.StartAsync();
            Assert.Equal(ClassifierHealth.Ready, good.Services.GetRequiredService<IServedImageClassifier>().State.Health);
            await good.StopAsync();
        }

        using IHost missing = BuildHost(services => services.AddImageClassifier(_world.Folder["nothing"]));
        Assert.Contains("recipe.json is missing", (await Assert.ThrowsAsync<LiftPlusException>(() => missing.StartAsync())).Message);
        Assert.Equal(ClassifierHealth.Failed, missing.Services.GetRequiredService<IServedImageClassifier>().State.Health);

        IConfigurationSection section = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["App:Classifier:Model"] = "",
                    ["App:Classifier:MaxBatchSize"] = "0",
                    ["App:Classifier:Device"] = "tpu",
                    ["App:Classifier:Limits:MaxPixels"] = "0",
                }
            )
            .Build()
            .GetSection("App:Classifier");
        using IHost wrong = BuildHost(services => services.AddImageClassifier(section));
        OptionsValidationException all = await Assert.ThrowsAsync<OptionsValidationException>(() => wrong.StartAsync());
        string[] paths =
        [
            "App:Classifier:Model",
            "App:Classifier:MaxBatchSize",
            "App:Classifier:Device",
            "App:Classifier:Limits:MaxPixels",
        ];
        Assert.All(paths, path => Assert.Contains(all.Failures, failure => failure.Contains(path)));
    }

    [Fact]
    public async Task SeveralClassifiers_HaveKeys_AndOptionsOfTheirOwn()
    {
        string first = _world.Folder["model"];
        await using ServiceProvider services = new ServiceCollection()
            .AddKeyedImageClassifier(Language.English, first)
            .AddKeyedImageClassifier("fr", options => options.Model = _world.Train(s_otherNames, "french"))
            .BuildServiceProvider();
        Assert.Equal("green", services.GetRequiredKeyedService<IImageClassifier>(Language.English).Predict(TestWorld.Png(1)).ClassName);
        Assert.Equal("vert", services.GetRequiredKeyedService<IImageClassifier>("fr").Predict(TestWorld.Png(1)).ClassName);
    }

    [Fact]
    public async Task EveryUnknownKeyOfTheConfigurationIsNamedByItsPath()
    {
        IConfigurationSection section = Section(
            """
            { "App": { "Model": "m", "MaxBatchSise": 3, "MaxBatchDelay": "soon", "Limits": { "MaxPixels": 7, "MaxBytes": 9 } } }
            """
        );
        using IHost wrong = BuildHost(services => services.AddImageClassifier(section));
        OptionsValidationException all = await Assert.ThrowsAsync<OptionsValidationException>(() => wrong.StartAsync());
        Assert.Equal(
            ["App:Limits:MaxBytes", "App:MaxBatchDelay", "App:MaxBatchSise"],
            all.Failures.Select(failure => failure.Split(": ")[0]).Order(StringComparer.Ordinal)
        );
        using IHost missing = BuildHost(services => services.AddImageClassifier(section.GetSection("None")));
        Assert.Contains(
            "App:None: there is no such section",
            (await Assert.ThrowsAsync<OptionsValidationException>(() => missing.StartAsync())).Message
        );
    }

    [Fact]
    public void ConfigurationChangesWhatItNamesAndNothingElse()
    {
        IConfigurationSection section = Section(
            """
            { "App": { "model": "m", "FullMode": "Wait", "MaxBatchDelay": "00:00:01", "PollInterval": null, "Limits": { "MaxPixels": 7 } } }
            """
        );
        using ServiceProvider services = new ServiceCollection()
            .AddImageClassifier(options => options.MaxBatchSize = 3)
            .AddImageClassifier(section)
            .BuildServiceProvider();
        ImageClassifierOptions expected = new()
        {
            Model = "m",
            FullMode = QueueFullMode.Wait,
            MaxBatchSize = 3,
            MaxBatchDelay = TimeSpan.FromSeconds(1),
            PollInterval = null,
            Limits = new ImageClassifierOptions().Limits with { MaxPixels = 7 },
        };
        Assert.Equal(expected, services.GetRequiredService<IOptions<ImageClassifierOptions>>().Value);
    }

    [Fact]
    public void AnUndefinedValueIsRejected()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddImageClassifier(options => (options.Model, options.FullMode) = ("m", (QueueFullMode)9))
            .BuildServiceProvider();
        var wrong = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<ImageClassifierOptions>>().Value);
        Assert.Equal("FullMode: the value is 9. Use one of Reject, Wait.", Assert.Single(wrong.Failures));
    }

    [Fact]
    public void AConsumerCannotDisposeTheSharedClassifier()
    {
        Assert.False(typeof(IDisposable).IsAssignableFrom(typeof(IServedImageClassifier)));
        Assert.False(typeof(IAsyncDisposable).IsAssignableFrom(typeof(IServedImageClassifier)));
    }

    private static IConfigurationSection Section(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build().GetSection("App");

    private enum Language
    {
        English,
    }

    private static IHost BuildHost(Action<IServiceCollection> add)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        add(builder.Services);
        return builder.Build();
    }

    private static async Task Until(Func<bool> condition)
    {
        for (int i = 0; i < 1000 && !condition(); i++)
            await Task.Delay(10);
        Assert.True(condition());
    }
}
