using LiftPlus.Hub;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Hub;

/// <summary>Servers that keep a download busy and do not bring it to an end.</summary>
public sealed class HubProgressTests : IDisposable
{
    private const int Size = 500_000;
    private static readonly byte[] s_weights = [.. Enumerable.Range(0, Size).Select(i => (byte)(i * i >> 7))];
    private readonly TemporaryFolder _cache = new();
    private readonly FakeHub _hub = new(
        new Dictionary<string, byte[]> { ["config.json"] = "{}"u8.ToArray(), ["model.safetensors"] = s_weights }
    );

    public void Dispose()
    {
        _hub.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public async Task ARangeThatIsAnsweredFromTheFirstByte_IsNotAskedForForEver()
    {
        int[] stops = [200_000, 100_000]; // in turns, so that every other attempt gets further than the one before
        int attempts = 0;
        _hub.TwistContent = (_, _) => new WebAnswer(200, s_weights) { Stop = stops[attempts++ % 2] };
        Assert.Contains("broke off", (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
        Assert.InRange(attempts, 5, 12);
    }

    [Theory]
    [InlineData(206, 0)] // another part than the one that was asked for
    [InlineData(206, 7)]
    [InlineData(416, 0)]
    [InlineData(204, 0)]
    public async Task AnAnswerThatNeverContinues_IsGivenUp(int status, int from)
    {
        int attempts = 0;
        _hub.TwistContent = (request, _) =>
            attempts++ % 2 == 0
                ? new WebAnswer(200, s_weights) { Stop = 100_000 }
                : new WebAnswer(status, s_weights[from..], ("Content-Range", $"bytes {from}-{Size - 1}/{Size}"));
        Assert.Contains("broke off", (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
        Assert.InRange(attempts, 5, 14);
    }

    [Fact]
    public async Task AByteAtATime_IsGivenUp()
    {
        _hub.TwistContent = (_, right) => right with { Stop = 1 };
        Assert.Contains("broke off at byte 6 of 500000", (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
        Assert.Equal(6, _hub.ContentRequests.Count);
    }

    [Fact]
    public async Task AServerThatGetsALittleFurtherEachTime_SendsNoMoreThanAFewCopies()
    {
        int attempts = 0,
            sent = 0;
        _hub.TwistContent = (_, _) =>
        {
            int stop = Math.Min(35_000 * ++attempts, Size - 1);
            sent += stop;
            return new WebAnswer(200, s_weights) { Stop = stop };
        };
        Assert.Contains("starts over after each break", (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message);
        Assert.InRange(sent, 4 * Size, 4 * Size + (1 << 20) + Size);
    }

    [Fact]
    public async Task ADripIsNotProgress()
    {
        _hub.TwistContent = (_, right) => right with { Drip = TimeSpan.FromMilliseconds(5) };
        HubException slow = await Assert.ThrowsAsync<HubException>(() =>
            Fetch(options => options with { IdleTimeout = TimeSpan.FromSeconds(1), MaxDisconnects = 0 })
        );
        Assert.Matches("only [0-9]+ bytes arrived within 1 s", slow.Message);
    }

    [Fact]
    public async Task ADrippedListIsGivenUp()
    {
        _hub.Twist = (_, _) => new WebAnswer(200, new byte[100_000]) { Drip = TimeSpan.FromMilliseconds(5) };
        HubException slow = await Assert.ThrowsAsync<HubException>(() =>
            Fetch(options => options with { IdleTimeout = TimeSpan.FromSeconds(1) })
        );
        Assert.Matches("only [0-9]+ bytes arrived within 1 s", slow.Message);
    }

    [Fact]
    public async Task APartOfAnotherFileIsRefused()
    {
        bool isFirst = true;
        _hub.TwistContent = (request, right) =>
            isFirst && !(isFirst = false)
                ? right with
                {
                    Stop = 1000,
                }
                : new WebAnswer(206, s_weights[1000..], ("Content-Range", $"bytes 1000-{Size - 1}/{Size + 1}"));
        Assert.Contains(
            "should have 500000 bytes, and the server sends 500001",
            (await Assert.ThrowsAsync<HubException>(() => Fetch())).Message
        );
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(16)]
    [InlineData(1)]
    public void SmallFilesMayBreakOffOftenToo(int size)
    {
        var attempts = new DownloadAttempts(size, 5, 0);
        for (long length = attempts.Least; length < size; length += attempts.Least)
            Assert.True(attempts.MayContinue(length));
        for (int i = 0; i < 3; i++)
            Assert.True(attempts.MayContinue(size - 1));
        Assert.False(Enumerable.Range(0, 5).All(_ => attempts.MayContinue(size - 1)));
    }

    private Task<string> Fetch(Func<HubOptions, HubOptions>? change = null) =>
        TestHub.Create(_hub, _cache.Path, change).FetchAsync(FakeHub.Repository);
}
