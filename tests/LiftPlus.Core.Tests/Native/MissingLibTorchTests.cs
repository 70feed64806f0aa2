using LiftPlus.Native;

namespace LiftPlus.Core.Tests.Native;

public class MissingLibTorchTests
{
    [Fact]
    public void Describe_Linux_SaysWhatToAdd() =>
        Assert.Equal(
            """
            libtorch was not found: no libtorch_cpu.so in any of
              /app
              /packages
            Add one of these to the application's project (linux-x64):
              CPU, this platform only:  dotnet add package libtorch-cpu-linux-x64 --version 2.10.0
              CPU, all platforms:       dotnet add package TorchSharp-cpu --version 0.107.0
              NVIDIA GPU:               dotnet add package TorchSharp-cuda-linux --version 0.107.0
            or set LIFTPLUS_LIBTORCH to a directory that holds libtorch 2.10.0.
            """,
            MissingLibTorch.Describe("linux-x64", "libtorch_cpu.so", ["/app", "/packages"])
        );

    [Theory]
    [InlineData("win-x64", "dotnet add package libtorch-cpu-win-x64 --version 2.10.0", true)]
    [InlineData("win-x64", "dotnet add package TorchSharp-cuda-windows --version 0.107.0", true)]
    [InlineData("win-x64", "TorchSharp-cuda-linux", false)]
    [InlineData("osx-arm64", "dotnet add package libtorch-cpu-osx-arm64 --version 2.10.0", true)]
    [InlineData("osx-arm64", "cuda", false)]
    [InlineData("win-arm64", "dotnet add package libtorch-cpu-win-arm64 --version 2.10.0", true)]
    [InlineData("win-arm64", "cuda", false)]
    [InlineData("linux-arm64", "TorchSharp 0.107.0 has no libtorch package for linux-arm64", true)]
    [InlineData("linux-arm64", "dotnet add package", false)]
    public void Describe_NamesThePackagesOfThePlatform(string platform, string words, bool isIn)
    {
        string message = MissingLibTorch.Describe(platform, "libtorch_cpu.x", ["/app"]);
        Assert.Equal(isIn, message.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void DescribeShim_NamesThePackage()
    {
        string message = MissingLibTorch.DescribeShim("libLibTorchSharp.so", ["/app"]);
        Assert.Contains("no libLibTorchSharp.so in any of\n  /app\n", message, StringComparison.Ordinal);
        Assert.Contains("package TorchSharp 0.107.0", message, StringComparison.Ordinal);
    }

    [Fact]
    public void DescribeFailure_KeepsTheLoadersWords()
    {
        string message = MissingLibTorch.DescribeFailure("/app/libtorch_cpu.so", " version `GLIBC_2.34' not found\n");
        Assert.StartsWith(
            "/app/libtorch_cpu.so was found but does not load: version `GLIBC_2.34' not found\nTorchSharp 0.107.0 needs libtorch 2.10.0",
            message,
            StringComparison.Ordinal
        );
    }
}
