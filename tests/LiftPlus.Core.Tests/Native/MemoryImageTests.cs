using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using LiftPlus.Native;

namespace LiftPlus.Core.Tests.Native;

/// <summary>Loads a second copy of libtorch's own OpenMP runtime, which is small and stands alone.</summary>
[SupportedOSPlatform("linux")]
public class MemoryImageTests
{
    private const string Symbol = "omp_get_max_threads";

    [Fact]
    public void TryLoadFromMemory_Loads()
    {
        Assert.True(MemoryImage.TryLoadFromMemory(SmallLibrary(), "libsmall.so", out nint handle));
        Assert.True(NativeLibrary.TryGetExport(handle, Symbol, out _));
    }

    [Fact]
    public void LoadFromFile_LoadsAndLeavesNothingBehind()
    {
        nint handle = MemoryImage.LoadFromFile(SmallLibrary(), "libsmall-file.so");
        Assert.True(NativeLibrary.TryGetExport(handle, Symbol, out _));
        Assert.DoesNotContain(Directory.GetDirectories(Path.GetTempPath(), "liftplus-*"), directory =>
            File.Exists(Path.Combine(directory, "libsmall-file.so"))
        );
    }

    [Fact]
    public void Load_NotALibrary_FailsClearly()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "images are loaded from memory on Linux only");
        var exception = Assert.Throws<DllNotFoundException>(() => MemoryImage.Load("not a library"u8, "libnot.so"));
        Assert.Contains("libnot.so could not be loaded from", exception.Message, StringComparison.Ordinal);
    }

    private static byte[] SmallLibrary()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "images are loaded from memory on Linux only");
        string? path = NativeDirectories
            .All()
            .Where(Directory.Exists)
            .SelectMany(directory => Directory.GetFiles(directory, "libgomp*.so*"))
            .FirstOrDefault();
        Assert.SkipUnless(path is not null, "libtorch's libgomp is not on this machine");
        return File.ReadAllBytes(path);
    }
}
