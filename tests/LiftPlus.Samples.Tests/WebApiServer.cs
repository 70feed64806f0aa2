using System.Net.Http.Headers;
using LiftPlus.Samples.WebApi;
using Microsoft.AspNetCore.Builder;

namespace LiftPlus.Samples.Tests;

/// <summary>Runs samples/WebApi on the loopback device.</summary>
internal sealed class WebApiServer(WebApplication app) : IAsyncDisposable
{
    public WebApplication App => app;

    // A request that expects "100 Continue" waits for it, so that its body is not on the way when it is refused.
    public HttpClient Client { get; } =
        new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = new Uri(app.Urls.Single()) };

    public static async Task<WebApiServer> StartAsync(string model, params string[] settings)
    {
        WebApplication app = ClassifierApp.Build([
            $"--Classifier:Model={model}",
            "--Urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=None",
            .. settings,
        ]);
        await app.StartAsync();
        return new WebApiServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>A request's body of a media type.</summary>
    public static ByteArrayContent Body(byte[] bytes, string? type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return content;
    }
}
