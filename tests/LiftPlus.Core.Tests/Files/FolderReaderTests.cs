using LiftPlus.Files;

namespace LiftPlus.Core.Tests.Files;

public sealed class FolderReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FilesAreInOrdinalOrder()
    {
        foreach (string name in new[] { "b", "B", "a" })
            _folder.Write(name, "");
        Assert.Equal([_folder["B"], _folder["a"], _folder["b"]], FolderReader.Files(_folder.Path));
    }

    [Fact]
    public async Task AFolderThatMayNotBeReadIsNamed()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("The rights of a thread are taken away as Linux does.");
            return; // for the analyzer
        }

        File.SetUnixFileMode(_folder.Path, UnixFileMode.None);
        try
        {
            await Unprivileged.Run(() => AssertFails(() => FolderReader.Files(_folder.Path)));
            await Unprivileged.Run(() => AssertFails(() => WholeFolder.RefuseContent(_folder.Path)));
        }
        finally
        {
            File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private void AssertFails(Action read)
    {
        string message = Assert.Throws<LiftPlusException>(read).Message;
        Assert.StartsWith($"The folder '{_folder.Path}' cannot be read: ", message, StringComparison.Ordinal);
    }
}
