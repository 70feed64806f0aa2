using System.Formats.Tar;
using System.IO.Compression;
using SkiaSharp;

namespace LiftPlus.Data.Tests;

/// <summary>Which files of a tar file belong together, and what is not itself an image or a label.</summary>
public sealed class TarSampleTests : IDisposable
{
    private static readonly byte[] s_png = TestImages.Encode(8, 8, 1, SKEncodedImageFormat.Png);

    private readonly TestImages _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NamesWithDotsKeepTheirOwnLabels()
    {
        ImageDataset dataset = Read("v1.0.png", "v1.0.cls=0", "v1.1.png", "v1.1.cls=1", "v1.2.png", "v1.2.cls=0", "v1.3.png", "v1.3.cls=1");
        Assert.Equal([2, 2], dataset.Classes.Counts);
        Assert.Equal([0, 1, 0, 1], dataset.Select(image => image.Label));
        Assert.Empty(dataset.Remarks);
    }

    [Theory]
    [InlineData("a.b.png", "a.cls=1", "a.b.cls=0")] // the longest name counts, in any order
    [InlineData("a.cls=1", "a.b.cls=0", "a.b.png")]
    [InlineData("x.y/a.png", "x.y/a.json={\"label\": [0]}")]
    [InlineData("./t/a.view.png", "t/a.cls=0")]
    [InlineData("t\\a.png", "t/a.cls=0")]
    public void AnImageHasTheLabelWithTheLongestCommonName(params string[] entries) => Assert.Equal(0, Assert.Single(Read(entries)).Label);

    [Fact]
    public void AMaskBesideAnImageIsNotAnImageOfTheClass()
    {
        ImageDataset dataset = Read("0.png", "0.seg.png", "0.cls=0", "1.seg.png", "1.png", "1.cls=1");
        Assert.Equal(["0.png", "1.png"], dataset.Select(image => Path.GetFileName(image.Name)));
        Assert.Contains("further images of a sample: 2, ", Assert.Single(dataset.Remarks), StringComparison.Ordinal);
        dataset = Read("cat/0.png", "cat/0.seg.png", "dog/0.png"); // and where folders are the classes
        Assert.Equal([1, 1], dataset.Classes.Counts);
        Assert.Contains("cat/0.seg.png", Assert.Single(dataset.Remarks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the sample '0'", "0.left.png", "0.right.png", "0.cls=1")]
    [InlineData("the sample 'v1'", "v1.0.png", "v1.1.png", "v1.cls=1")]
    [InlineData("the sample '0'", "0.jpg", "0.png", "0.cls=1")]
    [InlineData("the sample 'cat/0'", "cat/0.jpg", "cat/0.png", "dog/0.png")]
    [InlineData("the sample '0'", "0.png", "0.png", "0.cls=1")]
    public void TwoImagesOfASampleAreRefused(string sample, params string[] entries) =>
        AssertFails(() => Read(entries), "2 images", sample, entries[0].Split('=')[0], entries[1].Split('=')[0]);

    [Theory]
    [InlineData("0.png", "0.cls=0", "0.cls=1")]
    [InlineData("0.png", "0.cls=0", "0.cls=0")]
    [InlineData("0.png", "0.cls=0", "0.json={\"label\": 1}")]
    public void TwoLabelsOfASampleAreRefused(params string[] entries) => AssertFails(() => Read(entries), "two labels", "the sample '0'");

    [Fact]
    public void TwoFilesWithTheSameLabelAgree() =>
        Assert.Equal(3, Assert.Single(Read("0.png", "0.cls=3", "0.json={\"label\": 3, \"caption\": \"x\"}", "0.txt=x")).Label);

    [Fact]
    public void FilesOfSystemsAreIgnoredAndCounted()
    {
        ImageDataset dataset = Read(
            "cat/._a.png",
            "cat/a.png",
            "__MACOSX/cat/._a.png",
            "dog/a.png",
            "dog/.DS_Store",
            "dog/@eaDir/a.png/x.png"
        );
        Assert.Equal(["cat", "dog"], dataset.ClassNames);
        Assert.Equal([1, 1], dataset.Classes.Counts);
        Assert.Contains(": 4, ", Assert.Single(dataset.Remarks), StringComparison.Ordinal);
        dataset = Read("._0.png", "0.png", "._0.cls=\0\u0005", "0.cls=0", "._1.png", "1.png", "._1.cls=\0", "1.cls=1");
        Assert.Equal([1, 1], dataset.Classes.Counts);
    }

    [Fact]
    public void WhatIsNotReadIsNamed()
    {
        ImageDataset dataset = Read("0.png", "0.cls=0", "0.txt=a caption", "7.tif", "7.cls=1", "note.pdf");
        Assert.Single(dataset);
        Assert.Contains(dataset.Remarks, remark => remark.Contains("labels without an image: 1, ", StringComparison.Ordinal));
        Assert.Contains(dataset.Remarks, remark => remark.Contains("(.pdf 1, .tif 1)", StringComparison.Ordinal));
    }

    [Fact]
    public void ClassesAreTheFoldersBelowTheSharedOne()
    {
        ImageDataset dataset = Read("train/cat/part0/0.png", "train/cat/part1/1.png", "train/dog/part0/0.png", "train/dog/part1/1.png");
        Assert.Equal(["cat", "dog"], dataset.ClassNames);
        Assert.Equal([0, 0, 1, 1], dataset.Select(image => image.Label));
        Assert.Contains("holds only folders (part0, part1)", Assert.Single(dataset.Remarks), StringComparison.Ordinal);
        dataset = Read("cat/0.png", "dog/deep/er/1.png", "dog/2.png");
        Assert.Equal(["cat", "dog"], dataset.ClassNames);
        Assert.Empty(dataset.Remarks);
        Assert.Equal(["cat"], Read("a/cat/0.png", "a/cat/1.png").ClassNames);
        AssertFails(() => Read("train/0.png", "train/cat/1.png"), "'train/0.png' has no label");
    }

    [Fact]
    public void ShardsOfOneClassEachShareTheirFolders()
    {
        Write("s-0.tar", "train/cat/0.png");
        Write("s-1.tar", "train/dog/0.png");
        Assert.Equal(["cat", "dog"], ImageDataset.FromTar(_folder.PathOf("s-*.tar")).ClassNames);
    }

    [Fact]
    public void PartsOfADatasetAreNotTakenForClasses() =>
        AssertFails(
            () => Read("set/train/rose/0.png", "set/val/rose/0.png"),
            "'train' and 'val'",
            "not classes",
            "pack the folder 'train' alone"
        );

    [Fact]
    public void LinksAreReplacedByWhatTheyLeadTo()
    {
        ImageDataset dataset = Read(
            "blobs/ab12=image",
            "blobs/label=1",
            "0.png",
            "0.cls=0",
            "1.png>0.png",
            "1.cls>blobs/label",
            "2.png~blobs/ab12",
            "2.cls~1.cls",
            "sub/3.png~../2.png",
            "sub/3.cls~./../0.cls"
        );
        Assert.Equal([0, 1, 1, 0], dataset.Select(image => image.Label));
        using RgbImage first = new SkiaImageDecoder().Decode(dataset[0].Source);
        foreach (LabeledImage image in dataset)
        {
            using RgbImage same = new SkiaImageDecoder().Decode(image.Source);
            Assert.Equal(first.ToPacked(), same.ToPacked());
        }
    }

    [Fact]
    public void LinksThatLeadNowhereAreNamed()
    {
        AssertFails(() => Read("cat/0.png", "cat/1.png>store/1.png"), "hard link 'cat/1.png' to 'store/1.png'");
        ImageDataset dataset = Read(
            "cat/0.png",
            "dog/0.png",
            "cat/1.png~/etc/passwd",
            "cat/2.png~2.png",
            "cat/3.png~4.png",
            "cat/4.png~3.png"
        );
        Assert.Equal(2, dataset.Count);
        Assert.Contains("symbolic links to what is not in the tar file: 4, ", Assert.Single(dataset.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void CompressedFilesAreRecognizedByTheirBytes()
    {
        Write("plain.tar", "cat/a.png");
        byte[] plain = File.ReadAllBytes(_folder.PathOf("plain.tar"));
        using (var zip = new GZipStream(File.Create(_folder.PathOf("gzip.tar")), CompressionLevel.Fastest))
            zip.Write(plain);
        AssertFails(() => ImageDataset.FromTar(_folder.PathOf("gzip.tar")), "gzip.tar", "it is a gzip file", "unpack it");
        foreach (
            (string name, byte[] start) in new (string, byte[])[]
            {
                ("xz", [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]),
                ("zstd", [0x28, 0xB5, 0x2F, 0xFD]),
                ("bzip2", [.. "BZh9"u8]),
                ("zip", [(byte)'P', (byte)'K', 3, 4]),
            }
        )
            AssertFails(() => ImageDataset.FromTar(_folder.Write("x.tar", [.. start, .. new byte[600]])), $"it is a {name} file");
    }

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void LongNamesAndOtherScriptsAreRead(TarEntryFormat format)
    {
        string folder = string.Join('/', Enumerable.Repeat("\u0434\u043b\u0438\u043d\u043d\u044b\u0439", 30));
        string image = $"{folder}/{new string('n', 120)}.v1.0.png";
        Write("long.tar", format, image, image.Replace(".png", ".cls=1", StringComparison.Ordinal), $"{image}.x.png>{image}");
        LabeledImage only = Assert.Single(ImageDataset.FromTar(_folder.PathOf("long.tar")), one =>
            one.Name.EndsWith(".v1.0.png", StringComparison.Ordinal)
        );
        Assert.Equal(1, only.Label);
        Assert.EndsWith(image, only.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderOfTarFilesHasOthersToo()
    {
        Write("set/a.tar", "cat/0.png", "dog/0.png");
        _folder.WriteText("set/._a.tar", "x");
        _folder.WriteText("set/b.tar.gz", "x");
        ImageDataset dataset = ImageDataset.FromTar(_folder.PathOf("set"));
        Assert.Equal(2, dataset.Count);
        Assert.Contains(dataset.Remarks, remark => remark.Contains("b.tar.gz", StringComparison.Ordinal));
    }

    private ImageDataset Read(params string[] entries)
    {
        Write("set.tar", entries);
        return ImageDataset.FromTar(_folder.PathOf("set.tar"));
    }

    private void Write(string name, params string[] entries) => Write(name, TarEntryFormat.Pax, entries);

    // "a.png": an image; "a=text"; "a=image"; "a>b": a hard link; "a~b": a symbolic link.
    private void Write(string name, TarEntryFormat format, params string[] entries)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.PathOf(name))!);
        using var tar = new TarWriter(File.Create(_folder.PathOf(name)), format);
        foreach (string entry in entries)
        {
            int at = entry.IndexOfAny(['=', '>', '~']);
            string path = at < 0 ? entry : entry[..at],
                rest = at < 0 ? "image" : entry[(at + 1)..];
            TarEntryType type =
                at < 0 || entry[at] == '=' ? TarEntryType.RegularFile
                : entry[at] == '>' ? TarEntryType.HardLink
                : TarEntryType.SymbolicLink;
            TarEntry written = format == TarEntryFormat.Gnu ? new GnuTarEntry(type, path) : new PaxTarEntry(type, path);
            if (type == TarEntryType.RegularFile)
                written.DataStream = new MemoryStream(rest == "image" ? s_png : System.Text.Encoding.UTF8.GetBytes(rest));
            else
                written.LinkName = rest;
            tar.WriteEntry(written);
        }
    }

    private static void AssertFails(Func<object> read, params string[] parts)
    {
        string message = Assert.Throws<LiftPlusException>(read).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
