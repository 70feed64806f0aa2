using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LiftPlus.Samples.Shapes;
using LiftPlus.Samples.WebApi;
using Microsoft.Extensions.DependencyInjection;

namespace LiftPlus.Samples.Tests;

public sealed class WebApiTests : IClassFixture<ShapesModelFolder>
{
    private static readonly ShapesLT s_shapes = new();
    private readonly string _model;

    public WebApiTests(ShapesModelFolder folder) => _model = folder.Path;

    [Fact]
    public async Task AnImage_IsClassified_FromTheBodyOrAForm()
    {
        await using WebApiServer server = await WebApiServer.StartAsync(_model);
        byte[] png = s_shapes.Draw(Split.Train, 3, 0).ToPng();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("hello"), "text" },
            { new ByteArrayContent(png), "file", "a.png" },
        };
        foreach (
            HttpContent content in new HttpContent[]
            {
                WebApiServer.Body(png, "image/png"),
                WebApiServer.Body(png, "application/octet-stream"),
                form,
            }
        )
        {
            using HttpResponseMessage response = await server.Client.PostAsync("/classify", content);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            JsonElement[] top = [.. answer.RootElement.GetProperty("top").EnumerateArray()];
            Assert.Equal(5, top.Length);
            Assert.Contains(top[0].GetProperty("className").GetString(), s_shapes.Classes.Names);
            Assert.True(top[0].GetProperty("probability").GetDouble() >= top[1].GetProperty("probability").GetDouble());
        }

        using HttpResponseMessage two = await server.Client.PostAsync("/classify?top=2", WebApiServer.Body(png, "image/png"));
        Assert.Equal(2, JsonDocument.Parse(await two.Content.ReadAsStringAsync()).RootElement.GetProperty("top").GetArrayLength());
    }

    [Fact]
    public async Task ThePage_UsesOnlyThisServer_AndTheOtherEndpointsAnswer()
    {
        await using WebApiServer server = await WebApiServer.StartAsync(_model);
        using HttpResponseMessage page = await server.Client.GetAsync("/");
        string html = await page.Content.ReadAsStringAsync();
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("://", html);
        foreach ((string file, string type) in new[] { ("page.css", "text/css"), ("page.js", "text/javascript") })
        {
            Assert.Contains($"\"{file}\"", html);
            using HttpResponseMessage part = await server.Client.GetAsync("/" + file);
            Assert.Equal(type, part.Content.Headers.ContentType!.MediaType);
            Assert.DoesNotContain("://", await part.Content.ReadAsStringAsync());
        }

        Assert.Contains("\"health\":\"Ready\"", await server.Client.GetStringAsync("/health"));
        Assert.Contains($"\"samples\":{ShapesLT.ClassCount}", await server.Client.GetStringAsync("/model"));
        Assert.StartsWith(
            "\x89PNG",
            Encoding.Latin1.GetString(await server.Client.GetByteArrayAsync("/samples/1")),
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/samples/64")).StatusCode);
        await server.Client.PostAsync("/classify", WebApiServer.Body(s_shapes.Draw(Split.Train, 3, 0).ToPng(), "image/png"));
        Assert.Contains("liftplus_classifier_request_duration_seconds_count", await server.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task WhatIsNoImage_IsRefused_WithAReason()
    {
        await using WebApiServer server = await WebApiServer.StartAsync(
            _model,
            "--Classifier:Limits:MaxEncodedBytes=100000",
            "--Classifier:Limits:MaxPixels=1000000"
        );
        byte[] png = s_shapes.Draw(Split.Train, 3, 0).ToPng();
        server.Client.DefaultRequestHeaders.ExpectContinue = true;
        byte[] bomb = [.. png];
        byte[] large = new byte[300_000];
        bomb[16] = bomb[20] = 0x7F; // the header says two billion by two billion
        using var noFile = new MultipartFormDataContent { { new StringContent("hello"), "text" } };
        var noBoundary = WebApiServer.Body(png, "multipart/form-data");
        var cutForm = WebApiServer.Body(
            Encoding.ASCII.GetBytes("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nabc"),
            "multipart/form-data; boundary=x"
        );
        (string Query, HttpContent Content, HttpStatusCode Status)[] cases =
        [
            ("", WebApiServer.Body(Encoding.ASCII.GetBytes("hello"), "image/png"), HttpStatusCode.BadRequest),
            ("", WebApiServer.Body(png[..60], "image/png"), HttpStatusCode.BadRequest),
            ("", WebApiServer.Body(bomb, "image/png"), HttpStatusCode.BadRequest),
            ("", WebApiServer.Body([], "image/png"), HttpStatusCode.BadRequest),
            ("?top=0", WebApiServer.Body(png, "image/png"), HttpStatusCode.BadRequest),
            ("?top=many", WebApiServer.Body(png, "image/png"), HttpStatusCode.BadRequest),
            ("", noFile, HttpStatusCode.BadRequest),
            ("", noBoundary, HttpStatusCode.BadRequest),
            ("", cutForm, HttpStatusCode.BadRequest),
            ("", WebApiServer.Body(png, "text/plain"), HttpStatusCode.UnsupportedMediaType),
            ("", WebApiServer.Body(png, null), HttpStatusCode.UnsupportedMediaType),
            ("", WebApiServer.Body(large, "image/png"), HttpStatusCode.RequestEntityTooLarge),
        ];
        foreach ((string query, HttpContent content, HttpStatusCode status) in cases)
        {
            using HttpResponseMessage response = await server.Client.PostAsync("/classify" + query, content);
            string text = await response.Content.ReadAsStringAsync();
            Assert.True(status == response.StatusCode, $"{response.StatusCode} instead of {status}: {text}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }

        using HttpResponseMessage chunked = await SendAsync(server.Client, () =>
            new HttpRequestMessage(HttpMethod.Post, "/classify")
            {
                Content = WebApiServer.Body(large, "image/png"),
                Headers = { TransferEncodingChunked = true },
            }
        );
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, chunked.StatusCode);
        foreach (int bytes in new[] { 100_001, 120_000, 165_000, 166_000 }) // around the limits of the image and of the request
        {
            foreach (bool isForm in new[] { false, true })
            {
                using HttpResponseMessage response = await SendAsync(server.Client, () =>
                    new HttpRequestMessage(HttpMethod.Post, "/classify")
                    {
                        Content = isForm
                            ? new MultipartFormDataContent { { new ByteArrayContent(new byte[bytes]), "file", "a.png" } }
                            : WebApiServer.Body(new byte[bytes], "image/png"),
                    }
                );
                Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await server.Client.PostAsync("/classify", WebApiServer.Body(png, "image/png"))).StatusCode);
    }

    // A server may close the connection while the rest of a body that it refuses is on the way; then the client does not see the answer.
    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Func<HttpRequestMessage> create)
    {
        for (int attempt = 1; ; attempt++)
        {
            using HttpRequestMessage request = create();
            try
            {
                return await client.SendAsync(request);
            }
            catch (HttpRequestException e) when (e.InnerException is IOException && attempt < 10) { }
        }
    }

    [Fact]
    public async Task SlowUploads_AreCutOff_AndTakeNoPlace()
    {
        await using WebApiServer server = await WebApiServer.StartAsync(
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
                "POST /classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
                    + $"Content-Length: {png.Length}\r\nExpect: 100-continue\r\n\r\n"
            )
        );
        var answer = new StreamReader(stream);
        Assert.Contains(" 100 ", await answer.ReadLineAsync()); // the server reads the request
        Assert.Equal("", await answer.ReadLineAsync());
        await stream.WriteAsync(png.AsMemory(0, 100));

        Assert.Equal(HttpStatusCode.OK, (await server.Client.PostAsync("/classify", WebApiServer.Body(png, "image/png"))).StatusCode);
        Assert.Contains(" 408 ", await answer.ReadLineAsync());
    }

    [Fact]
    public async Task AFullQueue_SaysSo()
    {
        await using WebApiServer server = await WebApiServer.StartAsync(_model, "--Classifier:QueueCapacity=1");
        using var isRead = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        Task<Prediction> first = server
            .App.Services.GetRequiredService<IImageClassifier>()
            .PredictAsync(
                ImageSource.FromPixels(() =>
                {
                    isRead.Release();
                    goOn.Wait();
                    return s_shapes.Draw(Split.Train, 3, 0).ToImage();
                })
            );
        await isRead.WaitAsync();
        byte[] png = s_shapes.Draw(Split.Train, 3, 0).ToPng();
        using HttpResponseMessage full = await server.Client.PostAsync("/classify", WebApiServer.Body(png, "image/png"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (full.StatusCode, full.Headers.RetryAfter!.ToString()));
        goOn.Set();
        await first;
        Assert.Equal(HttpStatusCode.OK, (await server.Client.PostAsync("/classify", WebApiServer.Body(png, "image/png"))).StatusCode);
    }

    [Fact]
    public async Task ACancelledUpload_LeavesNothingBehind()
    {
        await using WebApiServer server = await WebApiServer.StartAsync(_model, "--Classifier:QueueCapacity=1");
        byte[] png = s_shapes.Draw(Split.Train, 3, 0).ToPng();
        for (int round = 0; round < 3; round++)
        {
            using (var gone = new TcpClient())
            {
                await gone.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
                await gone.GetStream()
                    .WriteAsync(
                        Encoding.ASCII.GetBytes(
                            "POST /classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
                                + $"Content-Length: {png.Length}\r\n\r\n12345"
                        )
                    );
            }

            HttpStatusCode status = HttpStatusCode.ServiceUnavailable;
            // The server needs a moment to notice.
            for (int i = 0; i < 500 && status == HttpStatusCode.ServiceUnavailable; i++, await Task.Delay(10))
                status = (await server.Client.PostAsync("/classify", WebApiServer.Body(png, "image/png"))).StatusCode;
            Assert.Equal(HttpStatusCode.OK, status);
        }
    }

    [Fact]
    public async Task DuringReloads_EveryRequestIsAnswered()
    {
        await using WebApiServer server = await WebApiServer.StartAsync(_model);
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
                        using HttpResponseMessage response = await server.Client.PostAsync(
                            "/classify",
                            WebApiServer.Body(png, "image/png")
                        );
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
}
