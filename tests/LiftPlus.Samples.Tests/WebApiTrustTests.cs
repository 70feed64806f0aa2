using System.Net;
using System.Text;
using LiftPlus.Samples.Shapes;
using Microsoft.Extensions.DependencyInjection;

namespace LiftPlus.Samples.Tests;

/// <summary>What samples/WebApi tells strangers, and whom it answers.</summary>
public sealed class WebApiTrustTests(ShapesModelFolder folder) : IClassFixture<ShapesModelFolder>
{
    private static readonly byte[] s_png = new ShapesLT().Draw(Split.Train, 3, 0).ToPng();

    public static TheoryData<string> Addresses =>
        ["/", "/page.js", "/health", "/model", "/samples/1", "/samples/99", "/nothing", "/metrics"];

    [Fact]
    public async Task EveryAnswer_HasTheHeaders_ErrorsIncluded()
    {
        await using WebApiServer server = await WebApiServer.StartAsync(folder.Path);
        List<HttpResponseMessage> answers = [];
        foreach (string address in Addresses)
            answers.Add(await server.Client.GetAsync(address));
        answers.Add(await server.Client.PostAsync("/classify", WebApiServer.Body(s_png, "image/png")));
        answers.Add(await server.Client.PostAsync("/classify", WebApiServer.Body([1, 2, 3], "image/png")));
        answers.Add(await server.Client.PostAsync("/classify", WebApiServer.Body(s_png, "text/html")));
        foreach (HttpResponseMessage answer in answers)
        {
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.StartsWith("default-src 'none'", policy);
            Assert.DoesNotContain("unsafe", policy);
            Assert.False(answer.Headers.Contains("Server"));
            answer.Dispose();
        }
    }

    [Fact]
    public async Task ThePage_HasNoScriptOrStyleInIt()
    {
        await using WebApiServer server = await WebApiServer.StartAsync(folder.Path);
        string html = await server.Client.GetStringAsync("/");
        Assert.DoesNotContain("<style", html);
        Assert.DoesNotMatch("<script[^>]*>[^<]", html);
        Assert.DoesNotMatch("\\s(style|on[a-z]+)=", html);
    }

    [Theory]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("192.0.2.7", false)]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    public async Task OnlyTheNamesOfTheSettings_AreAnswered(string host, bool isAnswered)
    {
        await using WebApiServer server = await WebApiServer.StartAsync(folder.Path);
        Assert.Equal(isAnswered ? HttpStatusCode.OK : HttpStatusCode.BadRequest, await StatusAsync(server, host));
    }

    [Fact]
    public async Task OtherNames_CanBeAllowed()
    {
        await using WebApiServer server = await WebApiServer.StartAsync(folder.Path, "--AllowedHosts=classify.example");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server, "classify.example"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(server, "localhost"));
    }

    [Fact]
    public async Task AStaleModel_IsReported_WithoutAPath()
    {
        using var copy = new ShapesModelFolder();
        await using WebApiServer server = await WebApiServer.StartAsync(copy.Path, "--Classifier:PollInterval=00:01:00");
        File.WriteAllText(Path.Combine(copy.Path, "recipe.json"), "{ broken");
        var classifier = server.App.Services.GetRequiredService<IServedImageClassifier>();
        await Assert.ThrowsAsync<LiftPlusException>(() => classifier.ReloadAsync());
        Assert.Contains(copy.Path, classifier.State.Error);

        string health = await server.Client.GetStringAsync("/health");
        Assert.Contains("\"health\":\"Stale\"", health);
        Assert.Contains("The log has the reason.", health);
        Assert.DoesNotContain("recipe.json", health);
        foreach (string address in Addresses)
        {
            using HttpResponseMessage answer = await server.Client.GetAsync(address);
            Assert.DoesNotContain(copy.Path, Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()));
        }

        using HttpResponseMessage classified = await server.Client.PostAsync("/classify", WebApiServer.Body(s_png, "image/png"));
        Assert.Equal(HttpStatusCode.OK, classified.StatusCode);
    }

    private static async Task<HttpStatusCode> StatusAsync(WebApiServer server, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health") { Headers = { Host = host } };
        using HttpResponseMessage answer = await server.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode || (await answer.Content.ReadAsStringAsync()).Length == 0);
        return answer.StatusCode;
    }
}
