using System.Runtime.InteropServices;
using LiftPlus.Native;
using TorchSharp;

namespace LiftPlus.Core.Tests.Native;

public partial class LibTorchTests
{
    [Fact]
    public void ATensorIsTheFirstThingAProgramUses()
    {
        using var ones = torch.ones(3);
        using var sum = ones.sum();
        Assert.Equal(3f, sum.item<float>());
    }

    [Fact]
    public void EnsureLoaded_FromManyThreads_IsOneLoad()
    {
        Parallel.For(0, 16, _ => LibTorch.EnsureLoaded());
        Assert.True(LibTorch.TryLoad());
    }

    [Fact]
    public void EnsureLoaded_TellsOpenMpToSpinBriefly_UnlessTheUserHasSaidHow()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "set on Linux only, where libtorch runs on libgomp");
        string? OfUser(string name) => // .NET returns what the library has set since
            File.ReadAllText("/proc/self/environ")
                .Split('\0')
                .FirstOrDefault(entry => entry.StartsWith(name + '=', StringComparison.Ordinal))
                ?[(name.Length + 1)..];
        LibTorch.EnsureLoaded();
        string? policy = OfUser("OMP_WAIT_POLICY");
        Assert.Equal(policy ?? "PASSIVE", Marshal.PtrToStringUTF8(GetCEnvironment("OMP_WAIT_POLICY")));
        string? spins = OfUser("GOMP_SPINCOUNT") ?? (policy is null ? "3000" : null);
        Assert.Equal(spins, Marshal.PtrToStringUTF8(GetCEnvironment("GOMP_SPINCOUNT")));
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetCEnvironment(string name);
}
