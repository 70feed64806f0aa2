using LiftPlus.Files;

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

    [Theory]
    [InlineData(Fault.Error)]
    [InlineData(Fault.Refusal)]
    [InlineData(Fault.FullDisk)]
    public void AFailureAtAnyStep_LeavesTheEarlierFileOrTheNewOne_AndNothingElse(Fault fault) =>
        FaultInjection.Run(
            () => WholeFile.WriteText(_folder["file"], "earlier"),
            () => WholeFile.WriteText(_folder["file"], "new"),
            failure =>
            {
                string content = File.ReadAllText(_folder["file"]);
                Assert.Contains(content, (string[])["earlier", "new"]);
                if (failure is null) // only cleaning up failed
                    Assert.Equal("new", content);
                else
                    Assert.Contains(_folder["file"], Assert.IsType<LiftPlusException>(failure).Message);
                Assert.Equal([_folder["file"]], Directory.GetFileSystemEntries(_folder.Path));
            },
            CheckNew,
            [fault]
        );

    [Theory]
    [InlineData(Fault.Memory)]
    [InlineData(Fault.Crash)]
    public void ACrashAtAnyStep_LeavesTheEarlierFileOrTheNewOne_AndIsSweptByTheNextWrite(Fault fault) =>
        FaultInjection.Run(
            () => WholeFile.WriteText(_folder["file"], "earlier"),
            () => WholeFile.WriteText(_folder["file"], "new"),
            _ => Assert.Contains(File.ReadAllText(_folder["file"]), (string[])["earlier", "new"]),
            CheckNew,
            [fault]
        );

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

    private void CheckNew()
    {
        Assert.Equal("new", File.ReadAllText(_folder["file"]));
        Assert.Equal([_folder["file"]], Directory.GetFileSystemEntries(_folder.Path));
    }
}
