using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Faults;

/// <summary>Sweeps, with a fault at every operation on files that they do.</summary>
public sealed class SweepFaultTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ASweepInAFolder_IsContinuedToItsResult()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps the lock file of a finished run");
        string expected = Sweep(folder: null),
            found = "";
        FaultCount count = FaultInjection.Run(
            () =>
            {
                if (Directory.Exists(_folder["sweep"]))
                    Directory.Delete(_folder["sweep"], recursive: true);
            },
            () => found = Sweep(_folder["sweep"]),
            thrown =>
            {
                if (thrown is null)
                    Assert.Equal(expected, found);
            },
            () =>
            {
                Assert.Equal(expected, found);
                Assert.All(Directory.GetFileSystemEntries(_folder["sweep"]), entry =>
                    Assert.Matches("^[0-9a-f]{32}[.]json$", Path.GetFileName(entry))
                );
            },
            [Fault.FullDisk, Fault.Crash]
        );
        output.WriteLine($"{count}");
    }

    private static string Sweep(string? folder) =>
        TestWorld
            .Builder()
            .UseClassifierOnly() // few tensors, so few operations
            .UseEpochs(1)
            .UseTraining(t => t with { LoaderWorkers = 1 })
            .Build()
            .SweepAsync(TestWorld.Dataset(4, 2, 2), [], new SweepOptions { Repeats = 2, Folder = folder })
            .GetAwaiter()
            .GetResult()
            .ToString();
}
