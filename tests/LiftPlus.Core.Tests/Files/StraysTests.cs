using System.Diagnostics;
using LiftPlus.Files;

namespace LiftPlus.Core.Tests.Files;

public sealed class StraysTests : IDisposable
{
    private const string AnotherMachine = "0123456789ab";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OfAProcessThatIsGone_IsSweptAtOnce()
    {
        string stray = Of(Gone());
        File.WriteAllText(stray, "");
        Write();
        Assert.False(File.Exists(stray));
    }

    [Fact]
    public void OfAProcessThatRuns_StaysForADay()
    {
        string stray = Of(OperatingSystem.IsWindows() ? 4 : 1); // the system's first process
        File.WriteAllText(stray, "");
        Write();
        Assert.True(File.Exists(stray));
        Age(stray);
        Write();
        Assert.False(File.Exists(stray));
    }

    [Fact]
    public void OfAnotherMachine_StaysForADay()
    {
        string stray = Strays.Name(_folder["file"], Strays.New, AnotherMachine, Gone());
        File.WriteAllText(stray, "");
        Write();
        Assert.True(File.Exists(stray));
        Age(stray);
        Write();
        Assert.False(File.Exists(stray));
    }

    [Fact]
    public void OfAWriteInProgress_Stays_HoweverOldItLooks()
    {
        using Stray stray = Stray.New(_folder["file"]);
        File.WriteAllText(stray.Path, "");
        Age(stray.Path);
        Write();
        Assert.True(File.Exists(stray.Path));
    }

    [Fact]
    public void EarlierContentWithoutASuccessor_IsNeverDeleted()
    {
        string aside = Strays.Name(_folder["model"], Strays.Old, AnotherMachine, 1);
        Directory.CreateDirectory(aside);
        Age(aside);
        Strays.Sweep(_folder["model"]);
        Assert.True(Directory.Exists(aside));
        using (var mine = Stray.Old(_folder["model"]))
        {
            Directory.Move(aside, mine.Path);
            aside = mine.Path;
        }

        Assert.True(Directory.Exists(aside));
        Strays.Repair(_folder.Path, name => name == "model");
        Assert.Equal([_folder["model"]], Directory.GetDirectories(_folder.Path));
    }

    [Fact]
    public void OtherNames_AreNotStrays()
    {
        string[] others =
        [
            _folder.Write("file.mine.tmp", ""),
            _folder.Write("file.0123456789abcdef.tmp", ""),
            Strays.Name(_folder["other"], Strays.New, AnotherMachine, 1),
        ];
        File.WriteAllText(others[2], "");
        Array.ForEach(others, Age);
        Write();
        Assert.All(others, other => Assert.True(File.Exists(other)));
    }

    private void Write() => WholeFile.WriteText(_folder["file"], "");

    private string Of(int process) => Strays.Name(_folder["file"], Strays.New, Strays.Place, process);

    private static void Age(string path) => Directory.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-2));

    private static int Gone()
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using Process process = Process.Start(new ProcessStartInfo(dotnet, "--version") { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.Id;
    }
}
