using System.Net;
using System.Text;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Hub;

/// <summary>Servers that break off, refuse, lie or are hostile.</summary>
public sealed class HubFailureTests : IDisposable
{
    private static readonly byte[] s_weights = [.. Enumerable.Range(0, 500_000).Select(i => (byte)(i * i >> 7))];
    private readonly Dictionary<string, byte[]> _files = new() { ["config.json"] = "{}"u8.ToArray(), ["model.safetensors"] = s_weights };
    private readonly TemporaryFolder _cache = new();
    private readonly FakeHub _hub;

    public HubFailureTests() => _hub = new FakeHub(_files);

    public void Dispose()
    {
        _hub.Dispose();
        _cache.Dispose();
    }

    private string Blobs => _cache["models--owner--some-clip/blobs"];

    private string Partial => Path.Combine(Blobs, FakeHub.Sha256(s_weights) + ".incomplete");

    [Fact]
    public async Task ABrokenDownloadGoesOnWhereItStopped()
    {
        _hub.TwistContent = (_, right) => right with { Stop = 90_000 }; // more breaks than are borne without any gain
        List<long> reports = [];
        await AssertFetches(new Listener(reports));
        Assert.Equal([0, 90_000, 180_000, 270_000, 360_000, 450_000], _hub.ContentRequests.Select(request => request.From));
        Assert.Equal(reports.Order(), reports);
    }

    [Fact]
    public async Task AnotherRunGoesOnWhereTheFirstStopped()
    {
        _hub.TwistContent = (request, right) =>
            request.From == 0
                ? right with
                {
                    Stop = 123_456,
                }
                : new WebAnswer(206, [], ("Content-Range", $"bytes {request.From}-499999/500000")) { Length = 500_000 - request.From };
        HubException broken = await Assert.ThrowsAsync<HubException>(() => Fetch());
        Assert.Contains("broke off at byte 123456 of 500000", broken.Message);
        Assert.Equal(s_weights[..123_456], File.ReadAllBytes(Partial));

        _hub.TwistContent = null;
        _hub.ContentRequests.Clear();
        await AssertFetches();
        Assert.Equal([123_456], _hub.ContentRequests.Select(request => request.From));
    }

    [Fact]
    public async Task ACancelledDownloadKeepsWhatHasCome()
    {
        using var cancellation = new CancellationTokenSource();
        _hub.TwistContent = (request, right) =>
        {
            _ = Task.Run(() =>
            {
                SpinWait.SpinUntil(() => File.Exists(Partial) && new FileInfo(Partial).Length == 100_000, TimeSpan.FromSeconds(30));
                cancellation.Cancel();
            });
            return right with { Stop = 100_000, FallsSilent = true };
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Fetch(cancellationToken: cancellation.Token));
        Assert.Equal(s_weights[..100_000], File.ReadAllBytes(Partial));
        _hub.TwistContent = null;
        await AssertFetches();
    }

    [Fact]
    public async Task ASilentServerIsNotWaitedForForEver()
    {
        _hub.TwistContent = (_, right) => right with { Stop = 100_000, FallsSilent = true };
        HubException silent = await Assert.ThrowsAsync<HubException>(() =>
            Fetch(options => options with { IdleTimeout = TimeSpan.FromSeconds(1), MaxDisconnects = 0 })
        );
        Assert.Contains("no data arrived within 1 s", silent.Message);
    }

    [Fact]
    public async Task AServerWithoutRangesStartsOver()
    {
        bool isFirst = true;
        _hub.TwistContent = (_, _) => new WebAnswer(200, s_weights) { Stop = isFirst && !(isFirst = false) ? 100_000 : null };
        await AssertFetches();
        Assert.Equal(2, _hub.ContentRequests.Count);
    }

    [Theory]
    [InlineData(416)]
    [InlineData(206)]
    public async Task AServerThatGoesOnElsewhereStartsOver(int status)
    {
        Directory.CreateDirectory(Blobs);
        File.WriteAllBytes(Partial, s_weights[..1000]);
        _hub.TwistContent = (request, _) =>
            request.From > 0 ? new WebAnswer(status, s_weights, ("Content-Range", "bytes 0-499999/500000")) : null;
        await AssertFetches();
    }

    [Fact]
    public async Task ADamagedRestIsFetchedAgain()
    {
        Directory.CreateDirectory(Blobs);
        File.WriteAllBytes(Partial, new byte[2000]);
        await AssertFetches();
        Assert.Equal([2000, 0], _hub.ContentRequests.Select(request => request.From));
    }

    [Theory]
    [InlineData("model.safetensors", "SHA-256")]
    [InlineData("config.json", "git SHA-1")]
    public async Task OtherContentIsNotKept(string name, string hash)
    {
        WebAnswer? Damage(WebRequest request, WebAnswer right)
        {
            if (request.Method == "HEAD" || right.Status != 200 || !request.Path.Contains(name))
                return null;
            byte[] body = [.. right.Body];
            body[^1] ^= 1;
            return right with { Body = body };
        }

        (_hub.Twist, _hub.TwistContent) = (Damage, Damage);
        Assert.Contains(hash, (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
        Assert.DoesNotContain(Directory.EnumerateFiles(Blobs), path =>
            Path.GetFileName(path).StartsWith(FakeHub.Tag(_files[name]), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task AnUpperCaseTagIsCheckedToo()
    {
        _hub.Twist = (_, right) =>
            right with
            {
                Headers =
                [
                    .. right.Headers.Select(header =>
                        header.Name == "X-Linked-Etag" ? (header.Name, header.Value.ToUpperInvariant()) : header
                    ),
                ],
            };
        await AssertFetches();
        Directory.Delete(_cache["models--owner--some-clip"], recursive: true);
        _hub.TwistContent = (_, _) => new WebAnswer(200, new byte[s_weights.Length]);
        Assert.Contains("SHA-256", (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
    }

    [Theory]
    [InlineData(600_000, 600_000)] // announces and sends more
    [InlineData(600_000, null)] // sends more without saying so
    [InlineData(400_000, 400_000)] // announces and sends less
    public async Task AnotherLengthIsRefused(int sent, int? announced)
    {
        _hub.TwistContent = (_, _) => new WebAnswer(200, s_weights.Concat(new byte[sent]).Take(sent).ToArray()) { Length = announced };
        Assert.Contains("should have 500000 bytes", (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
        Assert.True(!File.Exists(Partial) || new FileInfo(Partial).Length <= 500_000);
    }

    [Fact]
    public async Task LessWithoutAnnouncementIsABreak()
    {
        _hub.TwistContent = (_, _) => new WebAnswer(200, s_weights[..1000]) { Length = null };
        Assert.Contains("broke off", (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
    }

    [Theory]
    [InlineData(401, "set HF_TOKEN")]
    [InlineData(403, "Accept its conditions at http")]
    [InlineData(404, "no such repository or revision")]
    [InlineData(418, "answered 418")]
    public async Task ARefusalSaysWhatToDo(int status, string advice)
    {
        _hub.Twist = (_, _) => new WebAnswer(status, [], ("X-Error-Message", "Access to model is\trestricted"));
        HubException refused = await Assert.ThrowsAsync<HubException>(() => Fetch());
        Assert.Contains(advice, refused.Message);
        Assert.Contains("\"Access to model is?restricted\"", refused.Message);
        Assert.Equal((HttpStatusCode)status, refused.Status);
        Assert.Single(_hub.Requests); // no use in asking again
        Assert.Empty(Directory.EnumerateFiles(_cache.Path, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(429, "0")]
    [InlineData(503, null)]
    [InlineData(500, null)]
    [InlineData(408, null)]
    public async Task WhatPassesIsWaitedOut(int status, string? wait)
    {
        int left = 3;
        (string, string)[] headers = wait is null ? [] : [("Retry-After", wait)];
        _hub.Twist = (_, _) => left-- > 0 ? new WebAnswer(status, [], headers) : null;
        await AssertFetches();
    }

    [Fact]
    public async Task WhatDoesNotPassIsGivenUp()
    {
        _hub.Twist = (_, _) => new WebAnswer(429, [], ("Retry-After", "0"));
        Assert.Contains("there were too many requests", (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
        Assert.Equal(5, _hub.Requests.Count);

        _hub.Requests.Clear();
        _hub.Twist = (_, _) => new WebAnswer(429, [], ("Retry-After", "3600")); // too long to wait unasked
        Assert.Contains("the next is accepted in 3600 s", (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
        Assert.Single(_hub.Requests);
    }

    [Theory]
    [InlineData("X-Repo-Commit", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "X-Repo-Commit is 'bbbb")]
    [InlineData("X-Linked-Etag", "\"../../../../etc/passwd\"", "its ETag is '../../../../etc/passwd'")]
    [InlineData("X-Linked-Etag", "\"\"", "its ETag is ''")]
    [InlineData("X-Linked-Size", "-5", "its length is no length")]
    [InlineData("X-Linked-Size", "99999999999999999999", "its length is no length")]
    [InlineData("X-Linked-Size", "9223372036854775807", "its length is no length")]
    [InlineData("X-Linked-Size", null, "its length is missing")]
    public async Task AFileThatIsNotIdentifiedIsRefused(string header, string? value, string problem)
    {
        _hub.Twist = (request, right) =>
            request.Method != "HEAD" || !request.Path.EndsWith("model.safetensors", StringComparison.Ordinal)
                ? null
                : right with
                {
                    Headers = [.. right.Headers.Where(entry => entry.Name != header), .. value is null ? [] : new[] { (header, value) }],
                };
        Assert.Contains(problem, (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
        Assert.Empty(_hub.ContentRequests);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{ "sha": "../../../x", "siblings": [] }""")]
    [InlineData("""{ "sha": 5, "siblings": [] }""")]
    [InlineData("""{ "siblings": [] }""")]
    [InlineData("""{ "sha": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "siblings": [ { "rfilename": "../model.safetensors" } ] }""")]
    [InlineData("""{ "sha": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "siblings": [ 3 ] }""")]
    public async Task AHostileListIsRefused(string list)
    {
        _hub.Twist = (_, _) => new WebAnswer(200, Encoding.UTF8.GetBytes(list));
        await Assert.ThrowsAsync<HubException>(() => Fetch());
        Assert.Empty(Directory.EnumerateFiles(_cache.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task AnEndlessListIsCutOff()
    {
        byte[] endless = new byte[17 << 20];
        Array.Fill(endless, (byte)' ');
        _hub.Twist = (_, _) => new WebAnswer(200, endless) { Length = null };
        Assert.Contains("more than 16777216 bytes", (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
    }

    [Theory]
    [InlineData("../config.json")]
    [InlineData("..safetensors/x.safetensors")]
    [InlineData("/etc/x.safetensors")]
    [InlineData("a\\\\x.safetensors")]
    [InlineData("C:x.safetensors")]
    [InlineData("x\\u0000.safetensors")]
    [InlineData(".safetensors")]
    [InlineData("config.json")]
    public async Task AnIndexThatNamesOtherFilesIsRefused(string name)
    {
        _files.Remove("model.safetensors");
        _files["model.safetensors.index.json"] = Encoding.UTF8.GetBytes($$"""{ "weight_map": { "t": "{{name}}" } }""");
        Assert.Contains(
            "is not a .safetensors file in the same folder",
            (await Assert.ThrowsAsync<LiftPlusException>(() => Fetch())).Message
        );
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/x", "HF_ENDPOINT")] // no server is there: a plain failure, no exception of another kind
    [InlineData("file:///etc/passwd", "is not followed")]
    [InlineData("http://:99999999/", "is not followed")]
    [InlineData("", "is not followed")]
    [InlineData("/api/models/owner/some-clip/revision/main", "more than 8 times")]
    public async Task BadRedirectsAreRefused(string target, string problem)
    {
        _hub.Twist = (_, _) => target.Length == 0 ? new WebAnswer(302, []) : new WebAnswer(302, [], ("Location", target));
        Assert.Contains(problem, (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
    }

    [Theory]
    [InlineData("clip")]
    [InlineData("a/b/c")]
    [InlineData("../x")]
    [InlineData("owner/..")]
    [InlineData("owner/a..b")]
    [InlineData("owner/a--b")]
    [InlineData("owner/.git")]
    [InlineData("/etc/passwd")]
    [InlineData("owner/name\n")]
    [InlineData("owner/name@../../x")]
    [InlineData("owner/name@a/../b")]
    [InlineData("owner/name@")]
    [InlineData("owner/na me")]
    [InlineData("owner/name?x=1")]
    [InlineData("https://evil.example/name")]
    [InlineData("weights/vit.safetensors")]
    [InlineData("C:\\models\\clip")]
    public async Task WhatIsNoIdIsNeverSentAnywhere(string id)
    {
        Assert.False(HuggingFaceHub.IsRepository(id));
        Assert.Contains(
            "is not the id of a hub repository",
            (await Assert.ThrowsAsync<LiftPlusException>(() => TestHub.Create(_hub, _cache.Path).FetchAsync(id))).Message
        );
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task AnAddressThatIsNoneIsNamed() =>
        Assert.Contains(
            "HubOptions.Endpoint: the value is file:///x.",
            (await Assert.ThrowsAsync<LiftPlusException>(() => Fetch(options => options with { Endpoint = new Uri("file:///x") }))).Message
        );

    [Fact]
    public async Task ACacheThatCannotBeWrittenIsNamed()
    {
        string file = _cache.Write("file", "not a folder");
        LiftPlusException refused = await Assert.ThrowsAsync<LiftPlusException>(() =>
            Fetch(options => options with { CacheFolder = Path.Combine(file, "hub") })
        );
        Assert.Contains("HF_HUB_CACHE", refused.Message);
    }

    private async Task AssertFetches(IProgress<HubProgress>? progress = null)
    {
        string folder = await Fetch(progress: progress);
        foreach ((string name, byte[] content) in _files)
            Assert.Equal(content, File.ReadAllBytes(Path.Combine(folder, name)));
        Assert.False(File.Exists(Partial));
    }

    private Task<string> Fetch(
        Func<HubOptions, HubOptions>? change = null,
        IProgress<HubProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => TestHub.Create(_hub, _cache.Path, change).FetchAsync(FakeHub.Repository, progress, cancellationToken);

    private sealed class Listener(List<long> reports) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => reports.Add(value.Done);
    }
}
