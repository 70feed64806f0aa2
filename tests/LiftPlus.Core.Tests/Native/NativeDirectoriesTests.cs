using System.Text.RegularExpressions;
using LiftPlus.Native;

namespace LiftPlus.Core.Tests.Native;

public class NativeDirectoriesTests
{
    [Fact]
    public void All_UsersFirst_ThenHost_ThenApplication_ThenPackages()
    {
        string native = Path.Combine("runtimes", NativeDirectories.Platform, "native");
        string[] full = [.. new[] { "user1", "user2", "host", "app" }.Select(Path.GetFullPath)];

        var directories = NativeDirectories.All(
            $"user1{Path.PathSeparator} user2{Path.DirectorySeparatorChar}",
            $"{full[2]}{Path.PathSeparator}{full[3]}{Path.PathSeparator}",
            full[3],
            Path.GetFullPath("packages")
        );

        Assert.Equal(
            [
                .. full,
                Path.Combine(full[3], native),
                Path.GetFullPath(Path.Combine("packages", "torchsharp", NativeDirectories.TorchSharpVersion, native)),
                Path.GetFullPath(
                    Path.Combine("packages", $"libtorch-cpu-{NativeDirectories.Platform}", NativeDirectories.LibTorchVersion, native)
                ),
            ],
            directories
        );
    }

    [Fact]
    public void Find_TakesTheFirstDirectoryThatHoldsAllFiles()
    {
        var root = Directory.CreateTempSubdirectory();
        try
        {
            string[] directories = [.. new[] { "a", "b", "c" }.Select(name => Path.Combine(root.FullName, name))];
            Directory.CreateDirectory(directories[1]);
            Directory.CreateDirectory(directories[2]);
            File.WriteAllText(Path.Combine(directories[1], "one"), "");
            File.WriteAllText(Path.Combine(directories[2], "one"), "");
            File.WriteAllText(Path.Combine(directories[2], "two"), "");

            Assert.Equal(directories[1], NativeDirectories.Find(directories, "one"));
            Assert.Equal(directories[2], NativeDirectories.Find(directories, "one", "two"));
            Assert.Null(NativeDirectories.Find(directories, "three"));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void TorchSharpVersion_IsThatOfTheAssembly() =>
        Assert.Equal(NativeDirectories.TorchSharpVersion, typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3));

    [Fact]
    public void Versions_AreThoseTheRepositoryBuildsWith()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Directory.Packages.props")))
        {
            directory = Path.GetDirectoryName(directory);
        }
        Assert.SkipUnless(directory is not null, "the tests do not run inside the repository");
        string packages = File.ReadAllText(Path.Combine(directory, "Directory.Packages.props"));
        Assert.Matches($"\"TorchSharp\" Version=\"{Regex.Escape(NativeDirectories.TorchSharpVersion)}\"", packages);
        Assert.Matches($"\"libtorch-cpu-linux-x64\" Version=\"{Regex.Escape(NativeDirectories.LibTorchVersion)}\"", packages);
    }
}
