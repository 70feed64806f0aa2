using LiftPlus.Files;
using LiftPlus.TestSupport;

namespace LiftPlus.Core.Tests.Files;

public sealed class WholeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_MakesAndReplaces_AndLeavesNothingElse()
    {
        WholeFile.WriteText(_folder["file"], "one");
        WholeFile.WriteText(_folder["file"], "two ü");
        Assert.Equal("two ü"u8, File.ReadAllBytes(_folder["file"]));
        Assert.Equal([_folder["file"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void AFailureBeforeAnyStep_LeavesTheEarlierFileOrTheNewOne_AndNothingElse()
    {
        for (int step = 0; step < Steps(); step++)
        {
            WholeFile.WriteText(_folder["file"], "earlier");
            var disk = new FaultyDisk(step, crashes: false);
            Exception? failure = Record.Exception(() => Write("new", disk));
            string content = File.ReadAllText(_folder["file"]);
            Assert.Contains(content, (string[])["earlier", "new"]);
            if (failure is null) // only cleaning up failed
                Assert.Equal("new", content);
            else
                Assert.Contains(_folder["file"], Assert.IsType<LiftPlusException>(failure).Message);
            Assert.Equal([_folder["file"]], Directory.GetFileSystemEntries(_folder.Path));
        }
    }

    [Fact]
    public void ACrashBeforeAnyStep_LeavesTheEarlierFileOrTheNewOne_AndIsSweptADayLater()
    {
        for (int step = 0; step < Steps(); step++)
        {
            WholeFile.WriteText(_folder["file"], "earlier");
            Assert.Throws<FaultyDisk.CrashException>(() => Write("new", new FaultyDisk(step, crashes: true)));
            Assert.Contains(File.ReadAllText(_folder["file"]), (string[])["earlier", "new"]);

            string[] strays = [.. Directory.GetFiles(_folder.Path, "*.tmp")];
            WholeFile.WriteText(_folder["file"], "next");
            Assert.All(strays, stray => Assert.True(File.Exists(stray), "Another process may be writing it."));
            foreach (string stray in strays)
                File.SetLastWriteTimeUtc(stray, DateTime.UtcNow.AddDays(-2));
            WholeFile.WriteText(_folder["file"], "last");
            Assert.Equal([_folder["file"]], Directory.GetFileSystemEntries(_folder.Path));
        }
    }

    [Fact]
    public void AnErrorOfTheWriter_LeavesTheEarlierFile()
    {
        WholeFile.WriteText(_folder["file"], "earlier");
        Assert.Throws<InvalidOperationException>(() => WholeFile.Write(_folder["file"], _ => throw new InvalidOperationException()));
        Assert.Equal("earlier", File.ReadAllText(_folder["file"]));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Write_WhereItCannot_NamesThePlaceAndTheNextStep()
    {
        string path = _folder["missing/file"],
            message = Assert.Throws<LiftPlusException>(() => WholeFile.WriteText(path, "")).Message;
        Assert.StartsWith($"{path}: the file cannot be written (", message);
        Assert.EndsWith("Check the folder, its permissions and the free space.", message);
    }

    private void Write(string text, Disk disk) =>
        WholeFile.Write(_folder["file"], stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)), disk: disk);

    private int Steps()
    {
        var disk = new FaultyDisk(int.MaxValue, crashes: false);
        Write("counted", disk);
        Assert.True(disk.Steps > 3, "flush, move, flush of the folder, delete");
        return disk.Steps;
    }
}
