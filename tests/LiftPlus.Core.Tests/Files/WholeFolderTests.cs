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
        using IDisposable use = Disk.Use(new FaultyDisk(int.MaxValue, Fault.Error, canExchange));
        foreach (string content in new[] { "one", "two" })
        {
            WholeFolder.Replace(_folder["model"], Fill(content));
            Assert.Equal(content, Content());
            Assert.Equal(["model"], Entries());
        }
    }

    [Theory]
    [InlineData(Fault.Error, true)]
    [InlineData(Fault.Error, false)]
    [InlineData(Fault.Refusal, true)]
    [InlineData(Fault.Refusal, false)]
    [InlineData(Fault.FullDisk, true)]
    [InlineData(Fault.FullDisk, false)]
    public void AFailureAtAnyStep_LeavesTheEarlierFolderOrTheNewOne(Fault fault, bool canExchange) =>
        FaultInjection.Run(
            () => WholeFolder.Replace(_folder["model"], Fill("earlier")),
            () => WholeFolder.Replace(_folder["model"], Fill("new")),
            failure =>
            {
                Assert.Contains(Content(), (string[])["earlier", "new"]);
                if (failure is null) // only cleaning up failed
                    Assert.Equal("new", Content());
                else
                    Assert.Contains(_folder["model"], Assert.IsType<LiftPlusException>(failure).Message);
            },
            CheckNew,
            [fault],
            canExchange
        );

    [Theory]
    [InlineData(Fault.Memory)]
    [InlineData(Fault.Crash)]
    public void ACrashAtAnyStep_LeavesTheEarlierFolderOrTheNewOne_AndIsSweptByTheNextWrite(Fault fault)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot exchange folders");
        FaultInjection.Run(
            () => WholeFolder.Replace(_folder["model"], Fill("earlier")),
            () => WholeFolder.Replace(_folder["model"], Fill("new")),
            _ => Assert.Contains(Content(), (string[])["earlier", "new"]),
            CheckNew,
            [fault]
        );
    }

    [Fact]
    public void ACrashAtAnyStep_WhereFoldersCannotBeExchanged_IsRepaired() =>
        FaultInjection.Run(
            () => WholeFolder.Replace(_folder["model"], Fill("earlier")),
            () => WholeFolder.Replace(_folder["model"], Fill("new")),
            _ =>
            {
                Strays.Repair(_folder.Path, name => name == "model");
                Assert.Contains(Content(), (string[])["earlier", "new"]);
                Assert.Equal(["model"], Entries());
            },
            CheckNew,
            [Fault.Crash],
            canExchange: false
        );

    [Fact]
    public void Readers_FindTheEarlierFolderOrTheNewOne_AtEveryLook()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot exchange folders");
        using IDisposable use = Disk.Use(new FaultyDisk(int.MaxValue, Fault.Error)); // does not wait for the device
        WholeFolder.Replace(_folder["model"], Fill("0"));
        using var stop = new CancellationTokenSource();
        using var started = new CountdownEvent(2);
        Task<int>[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(Look, TaskCreationOptions.LongRunning))];
        started.Wait();
        for (int i = 1; i <= Rounds.Count(1000); i++)
            WholeFolder.Replace(_folder["model"], Fill($"{i}"));
        stop.Cancel();
        Assert.All(readers, reader => Assert.True(reader.Result > 300));

        int Look()
        {
            int looks = 0;
            for (; !stop.IsCancellationRequested || looks <= 300; looks++)
            {
                Assert.True(Directory.Exists(_folder["model"]));
                Assert.True(File.Exists(_folder["model/a"]));
                int a = int.Parse(File.ReadAllText(_folder["model/a"])),
                    b = int.Parse(File.ReadAllText(_folder["model/b"]));
                Assert.True(a <= b, "The second look found an earlier folder.");
                if (looks == 0)
                    started.Signal();
            }

            return looks;
        }
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
    public void Add_ToAFolderOfTheSameFiles_ReplacesItAtOnce()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows cannot exchange folders");
        FaultInjection.Run(
            () => WholeFolder.Replace(_folder["model"], Fill("earlier")),
            () => WholeFolder.Add(_folder["model"], Fill("new")),
            _ => Assert.Contains(Content(), (string[])["earlier", "new"]),
            CheckNew
        );
    }

    [Fact]
    public void AWholeFolderInAWholeFolder_LeavesStraysThatAreFound()
    {
        FaultInjection.Run(
            () => WholeFolder.Replace(_folder["model"], Fill("earlier")),
            () => WholeFolder.Replace(_folder["model"], temporary => WholeFolder.Add(temporary, Fill("new"))),
            _ =>
            {
                Strays.Repair(_folder.Path, name => name == "model");
                Assert.Equal(["model"], Entries());
            },
            CheckNew,
            [Fault.Crash]
        );
    }

    [Fact]
    public void AnErrorInside_NamesTheFolderThatWasAskedFor()
    {
        string message = Assert
            .Throws<LiftPlusException>(() =>
                WholeFolder.Replace(_folder["model"], temporary => throw new LiftPlusException($"{temporary}/a: it is too large."))
            )
            .Message;
        Assert.Equal($"{_folder["model"]} was not written: {_folder["model"]}/a: it is too large.", message);
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
            WholeFile.WriteText(Path.Combine(folder, "a"), content);
            WholeFile.WriteText(Path.Combine(folder, "b"), content);
        };

    // Both files, which must agree.
    private string Content()
    {
        string content = File.ReadAllText(_folder["model/a"]);
        Assert.Equal(content, File.ReadAllText(_folder["model/b"]));
        return content;
    }

    private string[] Entries() => [.. Directory.GetFileSystemEntries(_folder.Path).Select(entry => Path.GetFileName(entry)).Order()];

    private void CheckNew()
    {
        Assert.Equal("new", Content());
        Assert.Equal(["model"], Entries());
    }
}
