using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Hub;

/// <summary>Contents that cannot be checked, contents that were right once, and servers that want the token.</summary>
public sealed class HubTrustTests : IDisposable
{
    private static readonly byte[] s_config = "{}"u8.ToArray(),
        s_weights = [.. Enumerable.Range(0, 50_000).Select(i => (byte)(i * i >> 7))];
    private readonly TemporaryFolder _cache = new();
    private readonly List<string> _log = [];
    private readonly FakeHub _hub = new(new Dictionary<string, byte[]> { ["config.json"] = s_config, ["model.safetensors"] = s_weights });

    public void Dispose()
    {
        _hub.Dispose();
        _cache.Dispose();
    }

    [Theory]
    [InlineData("model.safetensors", "X-Linked-Etag", "\"5d41402abc4b2a76b9719d911017c592\"")] // an MD5, as S3 gives
    [InlineData("model.safetensors", "X-Linked-Etag", "\"opaque-1\"")]
    [InlineData("model.safetensors", "X-Linked-Etag", "W/\"0123456789abcdef\"")]
    [InlineData("config.json", "ETag", "\"gggggggggggggggggggggggggggggggggggggggg\"")] // as long as a SHA-1
    public async Task ATagThatIsNoHash_IsRefused(string file, string header, string tag)
    {
        _hub.Twist = (request, right) =>
            request.Path.EndsWith(file, StringComparison.Ordinal)
                ? right with
                {
                    Headers = [.. right.Headers.Where(entry => entry.Name != header), (header, tag)],
                }
                : null;
        HubException refused = await Assert.ThrowsAsync<HubException>(() => Fetch());
        Assert.Contains($"{file} cannot be identified: its ETag is '", refused.Message);
        Assert.Contains("neither a SHA-256 nor a git SHA-1", refused.Message);
        Assert.False(
            Directory.Exists(Path.Combine(Home, "snapshots")) && Directory.GetFiles(Path.Combine(Home, "snapshots"), file).Length > 0
        );
    }

    public static TheoryData<string, bool> Damages =>
        new MatrixTheoryData<string, bool>(["model.safetensors", "config.json"], [false, true]);

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task ADamagedBlob_IsNamedAndDownloadedAgain(string file, bool isPinned)
    {
        string folder = await Fetch();
        string blob = Damage(file);
        _hub.ContentRequests.Clear();
        Assert.Equal(folder, await Fetch(isPinned ? "@" + _hub.Commit : ""));
        Assert.Equal(_hub.Files[file], File.ReadAllBytes(Path.Combine(folder, file)));
        Assert.Contains(_log, line => line.Contains($"{blob} is damaged", StringComparison.Ordinal));
        Assert.Equal(file == "model.safetensors" ? 1 : 0, _hub.ContentRequests.Count); // the other is not asked for
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ADamagedBlobThatCannotBeDownloaded_IsNotUsed(bool isOffline)
    {
        await Fetch();
        string blob = Damage("model.safetensors");
        _hub.Twist = (_, _) => new WebAnswer(404, []);
        HubException refused = await Assert.ThrowsAsync<HubException>(() => Fetch(change: options => options with { Offline = isOffline }));
        Assert.Contains($"{blob} is damaged: its SHA-256 is ", refused.Message);
        Assert.Contains(isOffline ? "HF_HUB_OFFLINE" : "cannot be downloaded again", refused.Message);
    }

    [Fact]
    public async Task ADamagedBlobOfAnotherRevision_IsReplacedForBoth()
    {
        string first = await Fetch();
        _hub.Commit = new string('b', 40);
        Damage("model.safetensors");
        string second = await Fetch();
        foreach (string folder in new[] { first, second })
            Assert.Equal(s_weights, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
    }

    [Fact]
    public async Task AShortBlob_IsDamagedToo()
    {
        string folder = await Fetch();
        File.WriteAllBytes(Damage("model.safetensors"), s_weights[..100]);
        await Fetch();
        Assert.Equal(s_weights, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
    }

    [Theory]
    [InlineData("/api/")]
    [InlineData("config.json")]
    [InlineData("model.safetensors")]
    public async Task TheTokenDoesNotFollowARedirectToAnotherHost(string of)
    {
        using var stranger = new WebServer(_ => new WebAnswer(404, []));
        _hub.Twist = (request, _) =>
            request.Path.Contains(of, StringComparison.Ordinal)
                ? new WebAnswer(302, [], ("Location", new Uri(stranger.Address, request.Path).ToString()), ("X-Repo-Commit", _hub.Commit))
                : null;
        await Assert.ThrowsAsync<HubException>(() => Fetch(change: options => options with { Token = "hf_secret" }));
        Assert.Contains(_hub.Requests, request => request.Headers.GetValueOrDefault("Authorization") == "Bearer hf_secret");
        Assert.All(stranger.Requests, request => Assert.DoesNotContain("secret", string.Concat(request.Headers.Values) + request.Path));
        if (of == "/api/")
            Assert.NotEmpty(stranger.Requests);
    }

    [Fact]
    public async Task ALoopOverTwoHosts_Ends()
    {
        using var stranger = new WebServer(request => new WebAnswer(302, [], ("Location", new Uri(_hub.Address, request.Path).ToString())));
        _hub.Twist = (request, _) => new WebAnswer(302, [], ("Location", new Uri(stranger.Address, request.Path).ToString()));
        Assert.Contains(
            "redirects more than 8 times",
            (await Assert.ThrowsAsync<HubException>(() => Fetch(change: options => options with { Token = "hf_secret" }))).Message
        );
        Assert.All(stranger.Requests, request => Assert.DoesNotContain("secret", string.Concat(request.Headers.Values)));
    }

    private string Home => _cache["models--owner--some-clip"];

    // Flips a bit; the length stays.
    private string Damage(string file)
    {
        string blob = Path.Combine(Home, "blobs", FakeHub.Tag(_hub.Files[file]));
        byte[] content = File.ReadAllBytes(blob);
        content[^1] ^= 1;
        File.WriteAllBytes(blob, content);
        File.SetLastWriteTimeUtc(blob, DateTime.UtcNow.AddMinutes(1)); // clocks of file systems are coarse
        return blob;
    }

    private Task<string> Fetch(string revision = "", Func<HubOptions, HubOptions>? change = null) =>
        new HuggingFaceHub((change ?? (options => options))(TestHub.Options(_hub.Address, _cache.Path)), new ListLogger(_log)).FetchAsync(
            FakeHub.Repository + revision
        );
}
