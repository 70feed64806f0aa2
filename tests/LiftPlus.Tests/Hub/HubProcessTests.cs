using System.Diagnostics;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Hub;

/// <summary>Two processes that download the same backbone into the same cache.</summary>
public sealed class HubProcessTests : IDisposable
{
    private static readonly byte[] s_weights = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i >> 7))];
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
    public void OneDownloads_AndBothHaveIt()
    {
        using var both = new CountdownEvent(2);
        _hub.Twist = (request, _) =>
        {
            if (request.Method == "HEAD" && request.Path.EndsWith("model.safetensors", StringComparison.Ordinal))
                both.Signal();
            return null;
        };
        _hub.TwistContent = (_, _) =>
        {
            Assert.True(both.Wait(TimeSpan.FromMinutes(1)));
            return null;
        };
        using Process first = Start(),
            second = Start();
        string[] folders = [End(first), End(second)];
        Assert.Equal(folders[0], folders[1]);
        Assert.Equal(s_weights, File.ReadAllBytes(Path.Combine(folders[0], "model.safetensors")));
        Assert.Single(_hub.ContentRequests);
    }

    [Fact]
    public void WhenOneIsKilled_TheOtherContinuesFromThere()
    {
        using var half = new ManualResetEventSlim();
        _hub.TwistContent = (request, right) =>
        {
            if (request.From > 0)
                return null;
            half.Set();
            return right with { Stop = 150_000, FallsSilent = true };
        };
        using Process first = Start();
        Assert.True(half.Wait(TimeSpan.FromMinutes(1)));
        string partial = Path.Combine(_cache["models--owner--some-clip"], "blobs", FakeHub.Sha256(s_weights) + ".incomplete");
        Assert.True(SpinWait.SpinUntil(() => new FileInfo(partial) is { Exists: true, Length: 150_000 }, TimeSpan.FromMinutes(1)));
        using Process second = Start();
        first.Kill();
        first.WaitForExit();
        Assert.Equal(s_weights, File.ReadAllBytes(Path.Combine(End(second), "model.safetensors")));
        Assert.Equal([0, 150_000], _hub.ContentRequests.Select(request => request.From));
    }

    private Process Start() => OtherProcess.Start("fetch", _hub.Address.ToString(), _cache.Path, FakeHub.Repository);

    private static string End(Process process)
    {
        string folder = process.StandardOutput.ReadToEnd(),
            errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        return folder.Trim();
    }
}
