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
    public void EnsureLoaded_TellsOpenMpNotToSpin()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "set on Linux only, where libtorch runs on libgomp");
        string expected = Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "PASSIVE";
        LibTorch.EnsureLoaded();
        Assert.Equal(expected, Marshal.PtrToStringUTF8(GetCEnvironment("OMP_WAIT_POLICY")));
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetCEnvironment(string name);
}
