using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using SkiaSharp;

namespace LiftPlus.Data.Tests;

public sealed class TarShardTests : IDisposable
{
    private readonly TestImages _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Ustar)]
    public void ShardsAreReadWhereTheyLie(TarEntryFormat format)
    {
        byte[] jpeg = Image(1, SKEncodedImageFormat.Jpeg),
            png = Image(2, SKEncodedImageFormat.Png);
        string longName = "train/" + new string('n', 80) + "/0002.view.png";
        Write("s-1.tar", format, ("0003.json", "{ \"label\": 0, \"caption\": \"x\" }"u8.ToArray()), ("0003.jpg", jpeg));
        Write(
            "s-0.tar",
            format,
            ("0001.jpg", jpeg),
            ("0001.cls", "1\n"u8.ToArray()),
            (longName, png),
            (longName.Replace("view.png", "cls"), "0"u8.ToArray()),
            ("note.txt", "x"u8.ToArray())
        );

        ImageDataset dataset = ImageDataset.FromTar(_folder.PathOf("s-*.tar"), ["a", "b"]);

        Assert.Equal([1, 0, 0], dataset.Select(image => image.Label));
        Assert.Equal(["0001.jpg", "0002.view.png", "0003.jpg"], dataset.Select(image => Path.GetFileName(image.Name)));
        Assert.Empty(dataset.Check().Unreadable);
        var decoder = new SkiaImageDecoder();
        foreach ((LabeledImage image, byte[] bytes) in dataset.Zip([jpeg, png, jpeg]))
        {
            using RgbImage expected = decoder.Decode(bytes, ""),
                found = decoder.Decode(image.Source);
            Assert.Equal(expected.ToPacked(), found.ToPacked());
        }

        Assert.Equal(3, ImageDataset.FromTar(_folder.Root).Count); // the folder
    }

    [Fact]
    public void ALoaderReadsShardsAsItReadsFiles()
    {
        byte[][] files = [.. Enumerable.Range(0, 12).Select(i => Image(i, SKEncodedImageFormat.Jpeg))];
        Write("s.tar", TarEntryFormat.Pax, [.. files.Select((bytes, i) => ($"{(i % 2 == 0 ? "even" : "odd")}/{i}.jpg", bytes))]);
        ImageDataset shards = ImageDataset.FromTar(_folder.PathOf("s.tar"));
        Assert.Equal(["even", "odd"], shards.ClassNames);
        var loose = new ImageDataset(
            files.Select((bytes, i) => new LabeledImage(_folder.Write($"{i}.jpg", bytes), i % 2)),
            ["even", "odd"]
        );
        Assert.Equal(Pixels(loose), Pixels(shards));
    }

    [Fact]
    public void LabelsThatAreMissingAreNamed()
    {
        Write(
            "s.tar",
            TarEntryFormat.Pax,
            ("1.jpg", [1]),
            ("1.cls", "owl"u8.ToArray()),
            ("2.jpg", [1]),
            ("3.jpg", [1]),
            ("3.json", "{}"u8.ToArray())
        );
        AssertFails("s.tar", "2 bad images", "image 1: '2.jpg' has no .cls or .json file with a label, as others have", "'3.jpg'");
        Write("none.tar", TarEntryFormat.Pax, ("1.jpg", [1]));
        AssertFails("none.tar", "'1.jpg' has no label: no .cls or .json file, no folder");
        Write("empty.tar", TarEntryFormat.Pax, ("note.txt", [1]));
        AssertFails("empty.tar", "names no image");
    }

    [Fact]
    public void FilesThatAreNoTarAreNamed()
    {
        AssertFails("gone.tar", "No tar file was found at");
        AssertFails("gone-*.tar", "a pattern such as train-*.tar");
        _folder.Write("rubbish.tar", [.. Enumerable.Repeat((byte)'x', 5000)]);
        AssertFails("rubbish.tar", "cannot be read after 0 images");
        Write("whole.tar", TarEntryFormat.Pax, ("a/1.jpg", new byte[3000]), ("a/2.jpg", new byte[3000]));
        byte[] whole = File.ReadAllBytes(_folder.PathOf("whole.tar"));
        _folder.Write("cut.tar", whole[..4000]);
        AssertFails("cut.tar", "cut.tar");
        using (FileStream file = File.Create(_folder.PathOf("zipped.tar.gz")))
        using (var zip = new GZipStream(file, CompressionLevel.Fastest))
            zip.Write(whole);
        AssertFails("zipped.tar.gz", "It is compressed; unpack it");
    }

    private static float[] Pixels(ImageDataset dataset)
    {
        using var loader = new BatchLoader(
            dataset,
            new MinimalistAugmentationOptions().CreatePipeline(16),
            PixelNormalizer.Clip,
            new ShuffleSampler(),
            new() { BatchSize = 12, Workers = 2 }
        );
        foreach (ImageBatch batch in loader.ReadEpoch(0, 0.5))
        {
            using (batch)
                return batch.Images.data<float>().ToArray();
        }

        return [];
    }

    private static byte[] Image(int seed, SKEncodedImageFormat format) => TestImages.Encode(40, 30, seed, format);

    private void Write(string name, TarEntryFormat format, params (string Name, byte[] Bytes)[] entries)
    {
        using FileStream stream = File.Create(_folder.PathOf(name));
        using var tar = new TarWriter(stream, format);
        foreach ((string entryName, byte[] bytes) in entries)
        {
            TarEntry entry = format switch
            {
                TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, entryName),
                TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, entryName),
                _ => new PaxTarEntry(TarEntryType.RegularFile, entryName),
            };
            entry.DataStream = new MemoryStream(bytes);
            tar.WriteEntry(entry);
        }
    }

    private void AssertFails(string name, params string[] words)
    {
        string message = Assert.Throws<LiftPlusException>(() => ImageDataset.FromTar(_folder.PathOf(name))).Message;
        Assert.All(words, word => Assert.Contains(word, message));
    }
}
