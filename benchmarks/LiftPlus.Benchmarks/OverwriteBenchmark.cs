using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.Samples.WebApi;
using LiftPlus.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LiftPlus.Benchmarks;

/// <summary>
/// Overwrites the files of a model and of its backbone in place, piece by piece, while samples/WebApi serves 64 requests at a time and
/// reloads the model every 50 ms. Two models take turns; every answer must be the one of the first or of the second model. A process that
/// dies prints no figures.
/// </summary>
internal static class OverwriteBenchmark
{
    private const int Concurrency = 64,
        Images = 16;
    private const double Tolerance = 1e-3; // of a probability; the batches of the server differ from those of the expected answers
    private static readonly TimeSpan s_duration = TimeSpan.FromMinutes(2),
        s_reloadEvery = TimeSpan.FromMilliseconds(50);

    public static JsonObject Run(CancellationToken cancellationToken) => RunAsync(cancellationToken).GetAwaiter().GetResult();

    private static async Task<JsonObject> RunAsync(CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using var images = new DetailedJpegs(96, 72, Images);
        byte[][] jpegs = [.. images.Dataset.Select(image => File.ReadAllBytes(image.Name))];
        Answer[][] expected = [Save(folder, "first", 0, images.Dataset, jpegs), Save(folder, "second", 1, images.Dataset, jpegs)];
        double leastDifference = Enumerable.Range(0, Images).Min(i => expected[0][i].Distance(expected[1][i]));
        var files = new OverwrittenFiles(folder["served"], folder["first"], folder["second"], folder["backbone.safetensors"]);

        await using WebApplication app = ClassifierApp.Build([
            $"--Classifier:Model={folder["served"]}",
            "--Classifier:PollInterval=01:00:00",
            "--Urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=None",
        ]);
        await app.StartAsync(cancellationToken);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Concurrency })
        {
            BaseAddress = new Uri(app.Urls.Single()),
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(s_duration);
        var tally = new Tally();
        await Task.WhenAll([
            Task.Run(() => files.OverwriteUntil(stop.Token), CancellationToken.None),
            ReloadAsync(app.Services.GetRequiredService<IServedImageClassifier>(), tally, stop.Token),
            .. Enumerable.Range(0, Concurrency).Select(i => AskAsync(client, jpegs, expected, i, tally, stop.Token)),
        ]);
        await app.StopAsync(CancellationToken.None);
        return new JsonObject
        {
            ["seconds"] = s_duration.TotalSeconds,
            ["concurrency"] = Concurrency,
            ["answers"] = tally.Answers,
            ["errors"] = tally.Errors,
            ["wrongAnswers"] = tally.Wrong,
            ["answersOfEachModel"] = new JsonArray(tally.OfModel[0], tally.OfModel[1]),
            ["leastDifferenceOfTheModels"] = Math.Round(leastDifference, 3),
            ["overwrites"] = files.Count,
            ["reloads"] = tally.Reloads,
            ["refusedReloads"] = tally.Refused,
            ["residentMegabytes"] = new JsonArray([.. tally.Resident.Select(bytes => (JsonNode)Math.Round(bytes / 1e6))]),
        };
    }

    // The models learn other labels of the same images, so that their answers differ.
    private static Answer[] Save(TemporaryFolder folder, string name, int shift, ImageDataset images, byte[][] jpegs)
    {
        ImageDataset data = new(images.Select((image, i) => new LabeledImage(image.Name, (i + shift) % 4)), ["a", "b", "c", "d"]);
        string backbone = folder["backbone.safetensors"];
        if (!File.Exists(backbone))
            SmallVit.Write(backbone, isTiny: true);
        using FineTunedModel model = LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(backbone, new BackboneLoadOptions { ImageHeads = SmallVit.Heads })
            .UseCosineClassifier(initialization: ClassifierInitialization.None)
            .UseTraining(training => training with { Epochs = 30, BatchSize = 4, LearningRate = 0.05 })
            .Build()
            .Fit(data);
        model.Save(folder[name]);
        if (name == "first")
            model.Save(folder["served"]);
        return
        [
            .. model
                .Predict(jpegs.Select(jpeg => (ImageSource)jpeg), new PredictionOptions { Probabilities = true })
                .Select(prediction => new Answer(prediction.Probabilities)),
        ];
    }

    private static async Task ReloadAsync(IServedImageClassifier served, Tally tally, CancellationToken cancellationToken)
    {
        long next = Stopwatch.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await served.ReloadAsync(CancellationToken.None);
            }
            catch (LiftPlusException)
            {
                tally.Refused++;
            }

            if (++tally.Reloads % 200 == 1)
                tally.Resident.Add(Machine.ResidentBytes());
            TimeSpan left = s_reloadEvery - Stopwatch.GetElapsedTime(next);
            if (left > TimeSpan.Zero)
                await Task.Delay(left, CancellationToken.None);
            next = Stopwatch.GetTimestamp();
        }
    }

    private static async Task AskAsync(
        HttpClient client,
        byte[][] jpegs,
        Answer[][] expected,
        int first,
        Tally tally,
        CancellationToken cancellationToken
    )
    {
        for (int i = first % Images; !cancellationToken.IsCancellationRequested; i = (i + 1) % Images)
        {
            using var body = new ByteArrayContent(jpegs[i]);
            body.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
            using HttpResponseMessage response = await client.PostAsync("/classify?top=100", body, CancellationToken.None);
            string text = await response.Content.ReadAsStringAsync(CancellationToken.None);
            tally.Add(
                response.IsSuccessStatusCode ? Array.FindIndex(expected, model => model[i].Distance(Answer.Parse(text)) < Tolerance) : null
            );
        }
    }

    /// <summary>Represents the probabilities of an answer in label order.</summary>
    private sealed record Answer(IReadOnlyList<float> Probabilities)
    {
        public static Answer Parse(string json) =>
            new([
                .. JsonDocument
                    .Parse(json)
                    .RootElement.GetProperty("top")
                    .EnumerateArray()
                    .OrderBy(entry => entry.GetProperty("label").GetInt32())
                    .Select(entry => entry.GetProperty("probability").GetSingle()),
            ]);

        public double Distance(Answer other) =>
            Probabilities.Count != other.Probabilities.Count
                ? double.PositiveInfinity
                : Probabilities.Zip(other.Probabilities, (one, two) => double.IsFinite(two) ? Math.Abs(one - two) : 1).Max();
    }

    private sealed class Tally
    {
        private readonly Lock _lock = new();

        public int Answers { get; private set; }

        public int Errors { get; private set; }

        public int Wrong { get; private set; }

        public int[] OfModel { get; } = new int[2];

        public int Reloads { get; set; }

        public int Refused { get; set; }

        public List<long> Resident { get; } = [];

        // The model that gave the answer: null for an error, -1 for neither.
        public void Add(int? model)
        {
            lock (_lock)
            {
                Answers++;
                if (model is null)
                    Errors++;
                else if (model < 0)
                    Wrong++;
                else
                    OfModel[model.Value]++;
            }
        }
    }
}
