using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LiftPlus.Samples.Shapes;
using LiftPlus.Samples.WebApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LiftPlus.Samples.Tests;

public sealed class WebApiTests : IClassFixture<WebApiTests.ModelFolder>
{
    private static readonly ShapesLT s_shapes = new();
    private readonly string _model;

    public WebApiTests(ModelFolder folder) => _model = folder.Path;

    [Fact]
    public async Task AnImage_IsClassified_FromTheBodyOrAForm()
    {
        await using Server server = await Server.StartAsync(_model);
        byte[] png = s_shapes.Draw(Split.Train, 3, 0).ToPng();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("hello"), "text" },
            { new ByteArrayContent(png), "file", "a.png" },
        };
        foreach (HttpContent content in new HttpContent[] { Body(png, "image/png"), Body(png, "application/octet-stream"), form })
        {
            using HttpResponseMessage response = await server.Client.PostAsync("/classify", content);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            JsonElement[] top = [.. answer.RootElement.GetProperty("top").EnumerateArray()];
            Assert.Equal(5, top.Length);
            Assert.Contains(top[0].GetProperty("className").GetString(), s_shapes.Classes.Names);
            Assert.True(top[0].GetProperty("probability").GetDouble() >= top[1].GetProperty("probability").GetDouble());
        }

        using HttpResponseMessage two = await server.Client.PostAsync("/classify?top=2", Body(png, "image/png"));
        Assert.Equal(2, JsonDocument.Parse(await two.Content.ReadAsStringAsync()).RootElement.GetProperty("top").GetArrayLength());
    }

    [Fact]
    public async Task ThePage_UsesOnlyThisServer_AndTheOtherEndpointsAnswer()
    {
        await using Server server = await Server.StartAsync(_model);
        using HttpResponseMessage page = await server.Client.GetAsync("/");
        string html = await page.Content.ReadAsStringAsync();
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("://", html);
        Assert.StartsWith("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single());

        Assert.Contains("\"health\":\"Ready\"", await server.Client.GetStringAsync("/health"));
        Assert.Contains($"\"samples\":{ShapesLT.ClassCount}", await server.Client.GetStringAsync("/model"));
        Assert.StartsWith(
            "\x89PNG",
            Encoding.Latin1.GetString(await server.Client.GetByteArrayAsync("/samples/1")),
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/samples/64")).StatusCode);
        await server.Client.PostAsync("/classify", Body(s_shapes.Draw(Split.Train, 3, 0).ToPng(), "image/png"));
        Assert.Contains("liftplus_classifier_request_duration_seconds_count", await server.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task WhatIsNoImage_IsRefused_WithAReason()
    {
        await using Server server = await Server.StartAsync(
            _model,
            "--Classifier:Limits:MaxEncodedBytes=100000",
            "--Classifier:Limits:MaxPixels=1000000"
        );
        byte[] png = s_shapes.Draw(Split.Train, 3, 0).ToPng();
        byte[] bomb = [.. png];
        byte[] large = new byte[300_000];
        bomb[16] = bomb[20] = 0x7F; // the header says two billion by two billion
        using var noFile = new MultipartFormDataContent { { new StringContent("hello"), "text" } };
        var noBoundary = Body(png, "multipart/form-data");
        var cutForm = Body(
            Encoding.ASCII.GetBytes("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nabc"),
            "multipart/form-data; boundary=x"
        );
        (string Query, HttpContent Content, HttpStatusCode Status)[] cases =
        [
            ("", Body(Encoding.ASCII.GetBytes("hello"), "image/png"), HttpStatusCode.BadRequest),
            ("", Body(png[..60], "image/png"), HttpStatusCode.BadRequest),
            ("", Body(bomb, "image/png"), HttpStatusCode.BadRequest),
            ("", Body([], "image/png"), HttpStatusCode.BadRequest),
            ("?top=0", Body(png, "image/png"), HttpStatusCode.BadRequest),
            ("?top=many", Body(png, "image/png"), HttpStatusCode.BadRequest),
            ("", noFile, HttpStatusCode.BadRequest),
            ("", noBoundary, HttpStatusCode.BadRequest),
            ("", cutForm, HttpStatusCode.BadRequest),
            ("", Body(png, "text/plain"), HttpStatusCode.UnsupportedMediaType),
            ("", Body(png, null), HttpStatusCode.UnsupportedMediaType),
            ("", Body(large, "image/png"), HttpStatusCode.RequestEntityTooLarge),
        ];
        foreach ((string query, HttpContent content, HttpStatusCode status) in cases)
        {
            using HttpResponseMessage response = await server.Client.PostAsync("/classify" + query, content);
            string text = await response.Content.ReadAsStringAsync();
            Assert.True(status == response.StatusCode, $"{response.StatusCode} instead of {status}: {text}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }

        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/classify")
        {
            Content = Body(large, "image/png"),
            Headers = { TransferEncodingChunked = true },
        };
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await server.Client.SendAsync(chunked)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.PostAsync("/classify", Body(png, "image/png"))).StatusCode);
    }

    [Fact]
    public async Task SlowUploads_AreCutOff_AndAFullHouseSaysSo()
    {
        await using Server server = await Server.StartAsync(
            _model,
            "--Classifier:QueueCapacity=1",
            "--Uploads:MinimumBytesPerSecond=100000",
            "--Uploads:GracePeriod=00:00:01.1"
        );
        byte[] png = s_shapes.Draw(Split.Train, 3, 0).ToPng();
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
        NetworkStream stream = slow.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                "POST /classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n"
                    + $"Content-Length: {png.Length}\r\nExpect: 100-continue\r\n\r\n"
            )
        );
        var answer = new StreamReader(stream);
        Assert.Contains(" 100 ", await answer.ReadLineAsync()); // the server reads the request, which takes the only place
        Assert.Equal("", await answer.ReadLineAsync());
        await stream.WriteAsync(png.AsMemory(0, 100));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Client.PostAsync("/classify", Body(png, "image/png"))).StatusCode);
        Assert.Contains(" 408 ", await answer.ReadLineAsync());
        Assert.Equal(HttpStatusCode.OK, (await server.Client.PostAsync("/classify", Body(png, "image/png"))).StatusCode);
    }

    [Fact]
    public async Task ACancelledUpload_LeavesNothingBehind()
    {
        await using Server server = await Server.StartAsync(_model, "--Classifier:QueueCapacity=1");
        byte[] png = s_shapes.Draw(Split.Train, 3, 0).ToPng();
        for (int round = 0; round < 3; round++)
        {
            using (var gone = new TcpClient())
            {
                await gone.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
                await gone.GetStream()
                    .WriteAsync(
                        Encoding.ASCII.GetBytes(
                            $"POST /classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: {png.Length}\r\n\r\n12345"
                        )
                    );
            }

            HttpStatusCode status = HttpStatusCode.ServiceUnavailable;
            // The server needs a moment to notice.
            for (int i = 0; i < 500 && status == HttpStatusCode.ServiceUnavailable; i++, await Task.Delay(10))
                status = (await server.Client.PostAsync("/classify", Body(png, "image/png"))).StatusCode;
            Assert.Equal(HttpStatusCode.OK, status);
        }
    }

    [Fact]
    public async Task DuringReloads_EveryRequestIsAnswered()
    {
        await using Server server = await Server.StartAsync(_model);
        byte[] png = s_shapes.Draw(Split.Train, 3, 0).ToPng();
        using var stop = new CancellationTokenSource();
        using var answered = new SemaphoreSlim(0);
        var statuses = new ConcurrentBag<HttpStatusCode>();
        Task[] callers =
        [
            .. Enumerable
                .Range(0, 8)
                .Select(async _ =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        using HttpResponseMessage response = await server.Client.PostAsync("/classify", Body(png, "image/png"));
                        statuses.Add(response.StatusCode);
                        answered.Release();
                    }
                }),
        ];
        var classifier = server.App.Services.GetRequiredService<IServedImageClassifier>();
        for (int i = 0; i < 4; i++)
        {
            await classifier.ReloadAsync();
            for (int n = 0; n < 2 * callers.Length; n++) // calls run before and after each reload
                Assert.True(await answered.WaitAsync(TimeSpan.FromMinutes(1)), $"An answer was missing after reload {i + 1}.");
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(5, classifier.State.Loads);
    }

    private static ByteArrayContent Body(byte[] bytes, string? type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }

    private sealed class Server(WebApplication app) : IAsyncDisposable
    {
        public WebApplication App => app;

        public HttpClient Client { get; } = new() { BaseAddress = new Uri(app.Urls.Single()) };

        public static async Task<Server> StartAsync(string model, params string[] settings)
        {
            WebApplication app = ClassifierApp.Build([
                $"--Classifier:Model={model}",
                "--Urls=http://127.0.0.1:0",
                "--Logging:LogLevel:Default=None",
                .. settings,
            ]);
            await app.StartAsync();
            return new Server(app);
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    /// <summary>Trains a model of the shapes on one image per class; accuracy does not matter.</summary>
    public sealed class ModelFolder : IDisposable
    {
        public ModelFolder()
        {
            ImageDataset train = ImageDataset.FromImages(
                Enumerable.Range(0, ShapesLT.ClassCount).Select(label => (s_shapes.Draw(Split.Train, label, 0).ToImage(), label)),
                s_shapes.Classes.Names
            );
            using FineTunedModel model = LongTailFineTuner
                .CreateBuilder()
                .UseBackbone(TinyClipTask.BackboneFolder)
                .UseEpochs(1)
                .Build()
                .Fit(train);
            model.Save(Path);
        }

        public string Path { get; } = System.IO.Path.Combine(Directory.CreateTempSubdirectory("liftplus-webapi-").FullName, "model");

        public void Dispose() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
    }
}
