using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using LiftPlus.Samples.WebApi;
using LiftPlus.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Measures samples/WebApi on the loopback device under 64 concurrent requests, and the same model and images without a server in the same
/// run: a ViT of 192 x 6 at 224 pixels with random weights, and JPEGs of 500 x 375; then during reloads, and beside 300 slow senders.
/// Server and clients share the cores of the machine.
/// </summary>
internal static class ServingBenchmark
{
    private const int Concurrency = 64;
    private const int WarmUp = 768;
    private const int ResidentEvery = 256;
    private const int Requests = 2_048;
    private const int BareImages = 512;
    private const int DuringReloads = 512;
    private const int Reloads = 5;
    private const int Slow = 300;
    private const int BesideSlow = 1_024;

    public static JsonObject Run(CancellationToken cancellationToken) => RunAsync(cancellationToken).GetAwaiter().GetResult();

    private static async Task<JsonObject> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var images = new DetailedJpegs(500, 375, 64);
        byte[][] jpegs = [.. images.Dataset.Select(image => File.ReadAllBytes(image.Name))];
        using FineTunedModel model = Train(folder, images.Dataset);
        model.Save(folder["model"]);

        await using WebApplication app = ClassifierApp.Build([
            $"--Classifier:Model={folder["model"]}",
            "--Urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=Warning",
            "--Uploads:Timeout=00:01:00",
        ]);
        await app.StartAsync(cancellationToken);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Concurrency })
        {
            BaseAddress = new Uri(app.Urls.Single()),
        };

        double firstBare = Bare(model, jpegs, cancellationToken);
        await LoadAsync(client, jpegs, WarmUp, cancellationToken);
        Load load = await LoadAsync(client, jpegs, Requests, cancellationToken);
        double secondBare = Bare(model, jpegs, cancellationToken);

        Task<Load> duringReloads = LoadAsync(client, jpegs, DuringReloads, cancellationToken);
        var served = app.Services.GetRequiredService<IServedImageClassifier>();
        for (int reload = 0; reload < Reloads; reload++)
        {
            model.Save(folder["model"]);
            await served.ReloadAsync(cancellationToken);
        }

        bool reloadedUnderLoad = !duringReloads.IsCompleted;
        Load reloaded = await duringReloads;
        (Load besideSlow, int slowConnections) = await BesideSlowAsync(client, jpegs, cancellationToken);
        await app.StopAsync(cancellationToken);
        double bare = (firstBare + secondBare) / 2;
        return new JsonObject
        {
            ["images"] = images.Description,
            ["concurrency"] = Concurrency,
            ["served"] = load.ToJson(),
            ["bareImagesPerSecond"] = new JsonArray(Math.Round(firstBare, 1), Math.Round(secondBare, 1)),
            ["servedOverBare"] = Math.Round(load.PerSecond / bare, 3),
            ["reloads"] = Reloads,
            ["allReloadsUnderLoad"] = reloadedUnderLoad,
            ["duringReloads"] = reloaded.ToJson(),
            ["slowSenders"] = Slow,
            ["slowConnections"] = slowConnections,
            ["besideSlowSenders"] = besideSlow.ToJson(),
        };
    }

    private static FineTunedModel Train(TemporaryFolder folder, ImageDataset data)
    {
        SmallVit.Write(folder["backbone.safetensors"]);
        return LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(folder["backbone.safetensors"], new BackboneLoadOptions { ImageHeads = SmallVit.Heads })
            .UseCosineClassifier(initialization: ClassifierInitialization.None)
            .UseEpochs(1)
            .UseTraining(training => training with { BatchSize = 4 }) // a small batch, because the memory of the server is measured
            .Build()
            .Fit(data);
    }

    private static async Task<(Load Load, int Connections)> BesideSlowAsync(
        HttpClient client,
        byte[][] jpegs,
        CancellationToken cancellationToken
    )
    {
        await using SlowSenders slow = await SlowSenders.StartAsync(client.BaseAddress!, Slow, jpegs[0]);
        Load load = await LoadAsync(client, jpegs, BesideSlow, cancellationToken);
        return (load, slow.Opened);
    }

    // Images per second of the bare model, decoding included: the reference for the server.
    private static double Bare(FineTunedModel model, byte[][] jpegs, CancellationToken cancellationToken)
    {
        model.Inference = model.Inference with { BatchSize = 32 };
        long start = Stopwatch.GetTimestamp();
        int count = model
            .Predict(Enumerable.Range(0, BareImages).Select(i => (ImageSource)jpegs[i % jpegs.Length]), null, cancellationToken)
            .Count;
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<Load> LoadAsync(HttpClient client, byte[][] jpegs, int requests, CancellationToken cancellationToken)
    {
        var seconds = new double[requests];
        var resident = new long[requests / ResidentEvery];
        int errors = 0;
        int next = 0;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, Concurrency)
                .Select(async _ =>
                {
                    while (Interlocked.Increment(ref next) - 1 is int i && i < requests)
                    {
                        if (i % ResidentEvery == 0)
                            resident[i / ResidentEvery] = Machine.ResidentBytes();
                        long sent = Stopwatch.GetTimestamp();
                        using var body = new ByteArrayContent(jpegs[i % jpegs.Length]);
                        body.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
                        using HttpResponseMessage response = await client.PostAsync("/classify", body, cancellationToken);
                        if (!response.IsSuccessStatusCode)
                            Interlocked.Increment(ref errors);
                        seconds[i] = Stopwatch.GetElapsedTime(sent).TotalSeconds;
                    }
                })
        );
        return new Load(requests, errors, requests / Stopwatch.GetElapsedTime(start).TotalSeconds, [.. seconds.Order()], resident);
    }

    private sealed record Load(int Requests, int Errors, double PerSecond, double[] Seconds, long[] Resident)
    {
        public JsonObject ToJson() =>
            new()
            {
                ["requests"] = Requests,
                ["errors"] = Errors,
                ["perSecond"] = Math.Round(PerSecond, 1),
                ["millisecondsP50"] = Math.Round(Seconds[Seconds.Length / 2] * 1e3),
                ["millisecondsP99"] = Math.Round(Seconds[(int)(Seconds.Length * 0.99)] * 1e3),
                [$"residentMegabytesEvery{ResidentEvery}"] = new JsonArray([
                    .. Resident.Select(bytes => (JsonNode)Math.Round(bytes / 1e6)),
                ]),
            };
    }
}
