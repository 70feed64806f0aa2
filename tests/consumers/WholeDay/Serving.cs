using System.Text.Json;
using LiftPlus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace WholeDay;

/// <summary>Uses models in applications.</summary>
internal static class Serving
{
    public static Task<string> ZeroShot(Desk desk)
    {
        using ZeroShotClassifier classifier = ZeroShotClassifier.Load(desk.Backbone, "red circle", "blue circle");
        return Task.FromResult(Desk.Check(classifier.ClassNames.Count == 2, classifier.Predict(desk.Image("red")).ClassName));
    }

    public static async Task<string> Host(Desk desk)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Services.AddImageClassifier(desk["model"]);
        builder.Services.AddHealthChecks().AddImageClassifier();
        using IHost host = builder.Build();
        await host.StartAsync();
        HealthReport health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Prediction prediction = await host.Services.GetRequiredService<IImageClassifier>().PredictAsync(desk.Image("red"));
        await host.StopAsync();
        return Desk.Check(prediction.ClassName == "red", $"{health.Status}, {prediction.ClassName}");
    }

    public static async Task<string> Json(Desk desk)
    {
        using FineTunedModel model = FineTunedModel.Load(desk["model"]);
        IReadOnlyList<Prediction> predictions = await model.PredictAsync(
            [desk.Image("red"), "none.png"],
            new PredictionOptions { KeepErrors = true }
        );
        string json = JsonSerializer.Serialize(predictions);
        return Desk.Check(json.Contains("\"red\"") && !json.Contains(desk["test"]), $"{json.Length} characters without a folder");
    }

    public static async Task<string> Fake(Desk desk)
    {
        IImageClassifier fake = new FakeClassifier();
        return Desk.Check((await fake.PredictAsync(desk.Image("red"))).ClassName == "rose", "a fake of three members");
    }

    private sealed class FakeClassifier : IImageClassifier
    {
        public IReadOnlyList<string> ClassNames => ["rose"];

        public IAsyncEnumerable<Prediction> PredictEachAsync(
            IAsyncEnumerable<ImageSource> images,
            PredictionOptions? options = null,
            CancellationToken cancellationToken = default
        ) => images.Select(image => new Prediction(image.Name, [new ClassScore(0, "rose", 0.9f)]));
    }
}
