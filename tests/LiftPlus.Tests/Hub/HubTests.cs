using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Hub;

/// <summary>What a download leaves behind, and what it asks for.</summary>
public sealed class HubTests : IDisposable
{
    private static readonly Dictionary<string, byte[]> s_tinyClip = Directory
        .EnumerateFiles(Repository.PathOf("samples", "assets", "tiny-clip"))
        .ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);

    private readonly TemporaryFolder _cache = new();

    public void Dispose() => _cache.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("@main")]
    [InlineData("@refs/pr/7")]
    [InlineData("@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task ABackboneIsFetchedIntoTheCachesLayout(string revision)
    {
        using var hub = new FakeHub(
            new Dictionary<string, byte[]>(s_tinyClip)
            {
                ["README.md"] = [1],
                ["flax_model.msgpack"] = new byte[2000],
                ["pytorch_model.bin"] = new byte[2000],
            }
        );
        string folder = await Hub(hub).FetchAsync(FakeHub.Repository + revision);

        string home = _cache["models--owner--some-clip"];
        Assert.Equal(Path.Combine(home, "snapshots", hub.Commit), folder);
        Assert.Equal(s_tinyClip.Keys.Order(), Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order());
        Assert.Equal(
            s_tinyClip.Values.Select(FakeHub.Tag).Order(),
            Directory.EnumerateFiles(Path.Combine(home, "blobs")).Select(Path.GetFileName).Order()
        );
        foreach ((string name, byte[] content) in s_tinyClip)
        {
            Assert.Equal(content, File.ReadAllBytes(Path.Combine(folder, name)));
            Assert.Equal($"../../blobs/{FakeHub.Tag(content)}", new FileInfo(Path.Combine(folder, name)).LinkTarget!.Replace('\\', '/'));
        }

        string[] references = Directory.Exists(Path.Combine(home, "refs"))
            ? Directory.GetFiles(Path.Combine(home, "refs"), "*", SearchOption.AllDirectories)
            : [];
        string wanted = revision.Length == 0 ? "main" : revision[1..];
        if (wanted == hub.Commit)
            Assert.Empty(references);
        else
            Assert.Equal((Path.Combine(home, "refs", wanted), hub.Commit), (references.Single(), File.ReadAllText(references.Single())));
        using Backbone backbone = Backbone.Load(folder);
        Assert.NotNull(backbone.Tokenizer);
    }

    [Fact]
    public async Task WhatIsThereIsNotFetchedAgain()
    {
        using var hub = new FakeHub(s_tinyClip);
        string first = await Hub(hub).FetchAsync(FakeHub.Repository);
        hub.Requests.Clear();
        Assert.Equal(first, await Hub(hub).FetchAsync(FakeHub.Repository)); // one question: is the branch still at this commit?
        Assert.Equal([$"/api/models/{FakeHub.Repository}/revision/main"], hub.Requests.Select(request => request.Path));
        hub.Requests.Clear();
        Assert.Equal(first, await Hub(hub).FetchAsync($"{FakeHub.Repository}@{hub.Commit}")); // a commit does not change
        Assert.Equal(first, await Hub(hub, options => options with { Offline = true }).FetchAsync(FakeHub.Repository));
        Assert.Empty(hub.Requests);

        // The branch moves on; one file is another.
        hub.Commit = new string('b', 40);
        hub.ContentRequests.Clear();
        string second = await Hub(hub).FetchAsync(FakeHub.Repository);
        Assert.EndsWith(hub.Commit, second);
        Assert.Empty(hub.ContentRequests); // the same content has the same blob
        Assert.True(File.Exists(Path.Combine(first, "model.safetensors")));
    }

    [Fact]
    public async Task WhereTheHubIsAway_TheCacheServes()
    {
        var hub = new FakeHub(s_tinyClip);
        Func<HubOptions, HubOptions> address = options => options with { Endpoint = hub.Address };
        string folder = await Hub(hub).FetchAsync(FakeHub.Repository);
        hub.Twist = (_, _) => new WebAnswer(503, []);
        Assert.Equal(folder, await Hub(hub).FetchAsync(FakeHub.Repository));
        hub.Dispose();
        Assert.Equal(folder, await Hub(hub, address).FetchAsync(FakeHub.Repository));
        Assert.Contains(
            "cannot be reached",
            (await Assert.ThrowsAsync<HubException>(() => Hub(hub, address).FetchAsync("owner/other"))).Message
        );
        Assert.Contains(
            "HF_HUB_OFFLINE",
            (
                await Assert.ThrowsAsync<HubException>(() => Hub(hub, options => options with { Offline = true }).FetchAsync("owner/other"))
            ).Message
        );

        File.Delete(Path.Combine(folder, "model.safetensors")); // no longer whole
        await Assert.ThrowsAsync<HubException>(() => Hub(hub, address).FetchAsync(FakeHub.Repository));
    }

    [Fact]
    public async Task WeightsInSeveralFilesAreAllFetched()
    {
        const string index =
            """{ "metadata": {}, "weight_map": { "a": "model-00001-of-00002.safetensors", "b": "model-00002"""
            + """-of-00002.safetensors", "c": "model-00001-of-00002.safetensors" } }""";
        Dictionary<string, byte[]> files = new()
        {
            ["config.json"] = "{}"u8.ToArray(),
            ["model.safetensors.index.json"] = System.Text.Encoding.UTF8.GetBytes(index),
            ["model-00001-of-00002.safetensors"] = [.. Enumerable.Repeat((byte)1, 3000)],
            ["model-00002-of-00002.safetensors"] = [.. Enumerable.Repeat((byte)2, 2000)],
            ["model-00003-of-00003.safetensors"] = new byte[4000],
        };
        using var hub = new FakeHub(files);
        List<HubProgress> reports = [];
        string folder = await Hub(hub).FetchAsync(FakeHub.Repository, new Listener(reports.Add));
        Assert.Equal(files.Keys.SkipLast(1).Order(), Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order());
        Assert.Equal(reports.Select(report => report.Done).Order(), reports.Select(report => report.Done));
        Assert.Equal((5002 + index.Length, 5002 + index.Length), (reports[^1].Done, reports[^1].Total));

        // Without one of them the cache is not whole.
        File.Delete(Path.Combine(folder, "model-00002-of-00002.safetensors"));
        hub.Twist = (_, _) => new WebAnswer(404, []);
        await Assert.ThrowsAsync<HubException>(() => Hub(hub).FetchAsync(FakeHub.Repository));
    }

    [Fact]
    public async Task OfSeveralDownloadsOneWrites()
    {
        using var hub = new FakeHub(s_tinyClip);
        using var barrier = new ManualResetEventSlim();
        hub.TwistContent = (_, _) =>
        {
            barrier.Wait(TimeSpan.FromSeconds(10)); // until all have asked for the file's description
            return null;
        };
        Task<string>[] downloads = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => Hub(hub).FetchAsync(FakeHub.Repository)))];
        int Descriptions() =>
            hub.Requests.Count(request => request.Method == "HEAD" && request.Path.EndsWith("model.safetensors", StringComparison.Ordinal));
        Assert.True(SpinWait.SpinUntil(() => Descriptions() == downloads.Length, TimeSpan.FromSeconds(30)));
        barrier.Set();
        string[] folders = await Task.WhenAll(downloads);
        Assert.Single(folders.Distinct());
        Assert.Equal(s_tinyClip.Values.Count(content => content.Length >= FakeHub.LargeFrom), hub.ContentRequests.Count);
    }

    [Fact]
    public async Task TheTokenStaysWithTheHub()
    {
        using var hub = new FakeHub(s_tinyClip);
        await Hub(hub, options => options with { Token = "hf_secret" }).FetchAsync(FakeHub.Repository);
        Assert.All(hub.Requests, request => Assert.Equal("Bearer hf_secret", request.Headers["Authorization"]));
        Assert.NotEmpty(hub.ContentRequests);
        Assert.All(hub.ContentRequests, request => Assert.DoesNotContain("secret", string.Concat(request.Headers.Values) + request.Path));
        Assert.DoesNotContain("secret", new HubOptions { Token = "hf_secret" }.ToString());
    }

    [Theory]
    [InlineData("", "~/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x", "/x/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x HF_HOME=/h", "/h/hub")]
    [InlineData("XDG_CACHE_HOME=/x HF_HOME=~/h", "~/h/hub")]
    [InlineData("HF_HOME=/h HF_HUB_CACHE=/c", "/c")]
    public void TheEnvironmentSaysWhereTheCacheIs(string environment, string cache)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        Assert.Equal(cache.Replace("~", home), Read(environment).CacheFolder.Replace('\\', '/'));
    }

    [Fact]
    public void TheEnvironmentSaysTheRest()
    {
        HubOptions options = Read("HF_ENDPOINT=https://mirror.example/hf HF_TOKEN=t HF_HUB_OFFLINE=1");
        Assert.Equal(("https://mirror.example/hf", "t", true), (options.Endpoint.ToString(), options.Token, options.Offline));
        Assert.Equal(
            ("https://huggingface.co/", null, false),
            (Read("HF_HUB_OFFLINE=0").Endpoint.ToString(), Read("").Token, Read("HF_HUB_OFFLINE=0").Offline)
        );
        Assert.Contains("HF_ENDPOINT is 'ftp://x'", Assert.Throws<LiftPlusException>(() => Read("HF_ENDPOINT=ftp://x")).Message);
    }

    private static HubOptions Read(string environment)
    {
        Dictionary<string, string> variables = environment
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return HubOptions.From(variables.GetValueOrDefault);
    }

    private HuggingFaceHub Hub(FakeHub hub, Func<HubOptions, HubOptions>? change = null) => TestHub.Create(hub, _cache.Path, change);

    private sealed class Listener(Action<HubProgress> report) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => report(value);
    }
}
