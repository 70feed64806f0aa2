using LiftPlus.Files;
using LiftPlus.TestSupport;

namespace LiftPlus.Core.Tests.Files;

public sealed class WholeFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Replace_MakesAndReplacesAllContent_AndLeavesNothingElse(bool canExchange)
    {
        foreach (string content in new[] { "one", "two" })
        {
            WholeFolder.Replace(_folder["model"], Fill(content), new FaultyDisk(int.MaxValue, crashes: false, canExchange));
            Assert.Equal(content, Content());
            Assert.Equal(["model"], Entries());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AFailureBeforeAnyStep_LeavesTheEarlierFolderOrTheNewOne(bool canExchange)
    {
        for (int step = 0; step < Steps(canExchange); step++)
        {
            WholeFolder.Replace(_folder["model"], Fill("earlier"));
            var disk = new FaultyDisk(step, crashes: false, canExchange);
            Exception? failure = Record.Exception(() => WholeFolder.Replace(_folder["model"], Fill("new"), disk));
            Assert.Contains(Content(), (string[])["earlier", "new"]);
            if (failure is null) // only cleaning up failed
                Assert.Equal("new", Content());
            else
                Assert.Contains(_folder["model"], Assert.IsType<LiftPlusException>(failure).Message);
            Strays.Repair(_folder.Path, name => name == "model");
            Assert.Equal(["model"], Entries());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ACrashBeforeAnyStep_LeavesTheEarlierFolderOrTheNewOne_AfterRepair(bool canExchange)
    {
        for (int step = 0; step < Steps(canExchange); step++)
        {
            WholeFolder.Replace(_folder["model"], Fill("earlier"));
            var disk = new FaultyDisk(step, crashes: true, canExchange);
            Assert.Throws<FaultyDisk.CrashException>(() => WholeFolder.Replace(_folder["model"], Fill("new"), disk));
            if (canExchange && OperatingSystem.IsLinux())
                Assert.Contains(Content(), (string[])["earlier", "new"]); // without repair
            Strays.Repair(_folder.Path, name => name == "model");
            Assert.Contains(Content(), (string[])["earlier", "new"]);
            Assert.Equal(["model"], Entries());
        }
    }

    [Fact]
    public void StraysOfACrash_AreSweptADayLater()
    {
        WholeFolder.Replace(_folder["model"], Fill("earlier"));
        foreach (bool crashesLate in new[] { false, true })
        {
            var disk = new FaultyDisk(crashesLate ? Steps(canExchange: false) - 1 : 0, crashes: true, canExchange: false);
            Assert.Throws<FaultyDisk.CrashException>(() => WholeFolder.Replace(_folder["model"], Fill("new"), disk));
        }

        string[] strays = [.. Directory.GetDirectories(_folder.Path, "model.*")];
        Assert.NotEmpty(strays);
        Directory.CreateDirectory(_folder["model.mine.tmp"]);
        WholeFolder.Replace(_folder["model"], Fill("next"));
        Assert.All(strays, stray => Assert.True(Directory.Exists(stray), "Another process may be writing it."));
        foreach (string stray in strays)
            Directory.SetLastWriteTimeUtc(stray, DateTime.UtcNow.AddDays(-2));
        WholeFolder.Replace(_folder["model"], Fill("last"));
        Assert.Equal(["model", "model.mine.tmp"], Entries());
    }

    [Fact]
    public void Create_TakesNewAndEmptyFoldersOnly()
    {
        WholeFolder.Create(_folder["new/model"], Fill("one"));
        Directory.CreateDirectory(_folder["model"]);
        WholeFolder.Create(_folder["model"], Fill("one"));
        Assert.Equal("one", Content());
        Assert.Contains("not empty", Assert.Throws<LiftPlusException>(() => WholeFolder.Create(_folder["model"], Fill("two"))).Message);
        File.WriteAllText(_folder["file"], "");
        Assert.Throws<LiftPlusException>(() => WholeFolder.Create(_folder["file"], Fill("two")));
        Assert.Equal(["file", "model", "new"], Entries());
    }

    [Fact]
    public void Add_ReplacesFilesOfTheSameNames_AndKeepsOthers()
    {
        Directory.CreateDirectory(_folder["model"]);
        File.WriteAllText(_folder["model/a"], "earlier");
        File.WriteAllText(_folder["model/mine"], "kept");
        WholeFolder.Add(_folder["model"], Fill("new"));
        Assert.Equal("new", Content());
        Assert.Equal("kept", File.ReadAllText(_folder["model/mine"]));
        Assert.Equal(["model"], Entries());
    }

    [Fact]
    public void AWholeFolderInAWholeFolder_LeavesStraysThatAreFound()
    {
        var disk = new FaultyDisk(0, crashes: true);
        Assert.Throws<FaultyDisk.CrashException>(() =>
            WholeFolder.Create(_folder["model"], temporary => WholeFolder.Add(temporary, Fill("inner"), disk), disk)
        );
        Assert.Equal(2, Entries().Length);
        Strays.Repair(_folder.Path, name => name == "model");
        Assert.Empty(Entries());
    }

    [Fact]
    public void Write_WhereItCannot_NamesThePlaceAndTheNextStep()
    {
        File.WriteAllText(_folder["file"], "");
        string path = _folder["file/model"],
            message = Assert.Throws<LiftPlusException>(() => WholeFolder.Replace(path, Fill("new"))).Message;
        Assert.StartsWith($"{path} cannot be written (", message);
        Assert.EndsWith("Check the parent folder, its permissions and the free space.", message);
    }

    private static Action<string> Fill(string content) =>
        folder =>
        {
            File.WriteAllText(Path.Combine(folder, "a"), content);
            File.WriteAllText(Path.Combine(folder, "b"), content);
        };

    // Both files, which must agree.
    private string Content()
    {
        string content = File.ReadAllText(_folder["model/a"]);
        Assert.Equal(content, File.ReadAllText(_folder["model/b"]));
        return content;
    }

    private string[] Entries() => [.. Directory.GetFileSystemEntries(_folder.Path).Select(entry => Path.GetFileName(entry)).Order()];

    private int Steps(bool canExchange)
    {
        WholeFolder.Replace(_folder["model"], Fill("earlier"));
        var disk = new FaultyDisk(int.MaxValue, crashes: false, canExchange);
        WholeFolder.Replace(_folder["model"], Fill("counted"), disk);
        Assert.True(disk.Steps > 5, "two files, the folder, the exchange, the parent, the removal");
        return disk.Steps;
    }
}
