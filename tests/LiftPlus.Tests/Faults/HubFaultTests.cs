using LiftPlus.Tests.Hub;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Faults;

/// <summary>A download, with a fault at every operation on files that it does.</summary>
public sealed class HubFaultTests(ITestOutputHelper output) : IDisposable
{
    private static readonly Dictionary<string, byte[]> s_tinyClip = Directory
        .EnumerateFiles(Repository.PathOf("samples", "assets", "tiny-clip"))
        .ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);

    private readonly TemporaryFolder _folder = new();

    // Of every kind where there is time.
    private static Fault[]? Faults => Rounds.Count(1) > 1 ? null : [Fault.Error, Fault.FullDisk];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ADownload_LeavesWholeFilesOnly_AndIsContinued()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "creating links needs a right on Windows");
        using FakeHub server = new(s_tinyClip);
        string cache = _folder["cache"],
            snapshot = "";
        HuggingFaceHub hub = TestHub.Create(server, cache),
            offline = TestHub.Create(server, cache, options => options with { Offline = true });
        FaultCount count = FaultInjection.Run(
            () =>
            {
                if (Directory.Exists(cache))
                    Directory.Delete(cache, recursive: true);
            },
            () => snapshot = hub.FetchAsync(FakeHub.Repository).GetAwaiter().GetResult(),
            thrown =>
            {
                if (thrown is LiftPlusException)
                    Assert.Contains(cache, thrown.Message);
                AssertWhole(cache);
                if (Record.Exception(() => offline.FetchAsync(FakeHub.Repository).GetAwaiter().GetResult()) is Exception missing)
                    Assert.Contains("is not in the cache", Assert.IsType<HubException>(missing).Message);
            },
            () =>
            {
                Assert.Equal(Snapshot(cache, server), snapshot);
                Assert.Equal(s_tinyClip.Keys.Order(), Directory.GetFiles(snapshot).Select(Path.GetFileName).Order());
                AssertWhole(cache);
                Assert.DoesNotContain(Directory.GetFiles(cache, "*", SearchOption.AllDirectories), file =>
                    Path.GetExtension(file) is ".tmp" or ".incomplete"
                );
            },
            Faults
        );
        output.WriteLine($"{count}");
    }

    private static string Snapshot(string cache, FakeHub server) =>
        Path.Combine(cache, "models--owner--some-clip", "snapshots", server.Commit);

    // Every file of the snapshots has its content.
    private static void AssertWhole(string cache)
    {
        string snapshots = Path.Combine(cache, "models--owner--some-clip", "snapshots");
        if (Directory.Exists(snapshots))
            Assert.All(Directory.GetFiles(snapshots, "*", SearchOption.AllDirectories), file =>
                Assert.Equal(s_tinyClip[Path.GetFileName(file)], File.ReadAllBytes(file))
            );
    }
}
