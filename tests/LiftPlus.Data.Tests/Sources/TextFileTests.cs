using System.Diagnostics;
using System.Formats.Tar;

namespace LiftPlus.Data.Tests;

/// <summary>Texts that are not UTF-8, and files that are not regular.</summary>
public sealed class TextFileTests : IDisposable
{
    private readonly TestImages _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TextsThatAreNotUtf8AreRefusedWithLineAndByte()
    {
        // 'ä' and 'ö' of Latin-1 used to become the same character, and two classes one.
        byte[] list = [.. "a.jpg 0\r\nB"u8, 0xE4, .. "r.jpg 0\nB"u8, 0xF6, .. "r.jpg 1\n"u8];
        byte[] table = [.. "path,label\na.jpg,B"u8, 0xE4, .. "r\nb.jpg,B"u8, 0xF6, .. "r\n"u8];
        byte[] gbk = [.. "path,label\na.jpg,"u8, 0xC3, 0xA8, .. "\nb.jpg,"u8, 0xB9, 0xB7, .. "\n"u8];
        AssertFails(() => ImageDataset.FromList(_folder.Write("list.txt", list)), "list.txt", "not UTF-8", "line 2", "0xE4");
        AssertFails(() => ImageDataset.FromCsv(_folder.Write("t.csv", table)), "t.csv", "not UTF-8", "line 2", "0xE4", "CSV UTF-8");
        AssertFails(() => ImageDataset.FromCsv(_folder.Write("gbk.csv", gbk)), "line 3", "0xB9");
        AssertFails(() => ImageDataset.ReadClassNames(_folder.Write("n.txt", [.. "owl\nB"u8, 0xE4, .. "r"u8])), "n.txt", "line 2", "0xE4");
        AssertFails(() => ImageDataset.ReadClassNameMap(_folder.Write("m.txt", [.. "a B"u8, 0xF6, .. "r"u8])), "m.txt", "line 1", "0xF6");
        AssertFails(() => ImageDataset.ReadClassNames(_folder.Write("cut.txt", [.. "owl\rB"u8, 0xC3])), "line 2", "0xC3");
    }

    [Fact]
    public void LabelsInTarFilesAreStrictToo()
    {
        string place = _folder.PathOf("set.tar");
        using (var tar = new TarWriter(File.Create(place)))
        {
            foreach ((string name, byte[] bytes) in new (string, byte[])[] { ("1.jpg", [1]), ("1.cls", [(byte)'B', 0xE4, (byte)'r']) })
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
        }

        AssertFails(() => ImageDataset.FromTar(place), "set.tar", "'1.cls'", "not UTF-8", "0xE4");
    }

    [Fact]
    public void AByteOrderMarkAndEveryLineEndAreAccepted()
    {
        Assert.Equal(["Bär", "owl", "lynx"], ImageDataset.ReadClassNames(_folder.WriteText("n.txt", "\uFEFFBär\r\nowl\rlynx\n")));
        Assert.Equal("Bär", ImageDataset.ReadClassNameMap(_folder.WriteText("m.txt", "\uFEFFa Bär"))["a"]);
        Assert.Equal("a.jpg", Path.GetFileName(ImageDataset.FromList(_folder.WriteText("l.txt", "\uFEFFa.jpg 0"))[0].Name));
    }

    [Fact]
    public void FilesThatAreTooLargeAreRefusedUnread()
    {
        string place = _folder.WriteText("sparse.txt", "");
        using (FileStream stream = File.OpenWrite(place))
            stream.SetLength(1L << 40);
        AssertFails(() => ImageDataset.FromList(place), "sparse.txt", "1,099,511,627,776 bytes", "536,870,912");
    }

    [Fact]
    public async Task AFifoOrDeviceIsRefusedAtOnce()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Kinds of files are told apart on Linux.");
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Directory.CreateDirectory(_folder.PathOf("set/owl"));
        string pipe = _folder.PathOf("set/owl/pipe.jpg");
        using (Process made = Process.Start("mkfifo", pipe))
            await made.WaitForExitAsync(cancellation);
        File.CreateSymbolicLink(_folder.PathOf("link"), pipe);

        await Task.Run(
                () =>
                {
                    AssertFails(() => ImageDataset.FromList(pipe, _folder.Root), "pipe.jpg", "FIFO", "not a regular file");
                    AssertFails(() => ImageDataset.FromList(_folder.PathOf("link")), "FIFO");
                    AssertFails(() => ImageDataset.FromCsv(pipe), "FIFO");
                    AssertFails(() => ImageDataset.ReadClassNames(pipe), "FIFO");
                    AssertFails(() => ImageDataset.FromTar(pipe), "FIFO");
                    AssertFails(() => ImageDataset.ReadClassNameMap("/dev/zero"), "/dev/zero", "character device");
                    var image = Assert.Throws<ImageDecodeException>(() => ImageSource.FromFile(pipe).ReadEncoded());
                    Assert.Contains("FIFO", image.Message, StringComparison.Ordinal);
                    UnreadableImage bad = Assert.Single(ImageDataset.FromFolder(_folder.PathOf("set")).Check().Unreadable);
                    Assert.Contains("FIFO", bad.ToString(), StringComparison.Ordinal);
                },
                cancellation
            )
            .WaitAsync(TimeSpan.FromMinutes(1), cancellation);
    }

    private static void AssertFails(Func<object> read, params string[] parts)
    {
        string message = Assert.Throws<LiftPlusException>(read).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
