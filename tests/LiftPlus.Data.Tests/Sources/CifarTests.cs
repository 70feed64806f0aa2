namespace LiftPlus.Data.Tests;

public sealed class CifarTests : IDisposable
{
    private static readonly byte[][] s_pixels = [.. Enumerable.Range(0, 6).Select(CifarFiles.Image)];

    private readonly TestImages _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Cifar100ComesFromItsPythonFiles(bool newer, bool isColumnMajor)
    {
        WritePython100(newer, isColumnMajor);
        foreach (string place in new[] { _folder.Root, _folder.PathOf("cifar-100-python") })
        {
            ImageDataset fine = ImageDataset.FromCifar100(place),
                coarse = ImageDataset.FromCifar100(place, coarse: true),
                test = ImageDataset.FromCifar100(place, train: false);
            Assert.Equal(["apple", "bear", "cup"], fine.ClassNames);
            Assert.Equal([0, 2, 1, 2, 2], fine.Select(image => image.Label));
            Assert.Equal(["food", "life"], coarse.ClassNames);
            Assert.Equal([0, 0, 1, 0, 0], coarse.Select(image => image.Label));
            Assert.Equal([1], test.Select(image => image.Label));
            AssertPixels(s_pixels[..5], fine);
            AssertPixels(s_pixels[5..], test);
        }
    }

    [Fact]
    public void Cifar100ComesFromItsBinaryFiles()
    {
        _folder.Write("cifar-100-binary/train.bin", CifarFiles.Binary(([1, 2], s_pixels[0]), ([0, 1], s_pixels[1])));
        _folder.WriteText("cifar-100-binary/fine_label_names.txt", "apple\nbear\ncup\n\n");
        _folder.WriteText("cifar-100-binary/coarse_label_names.txt", "food\nlife\n");
        ImageDataset fine = ImageDataset.FromCifar100(_folder.Root);
        Assert.Equal([2, 1], fine.Select(image => image.Label));
        Assert.Equal([1, 0], ImageDataset.FromCifar100(_folder.Root, coarse: true).Select(image => image.Label));
        AssertPixels(s_pixels[..2], fine);
    }

    [Fact]
    public void Cifar10ComesFromBothKindsOfFile_InTheOrderOfItsBatches()
    {
        string names = "plane\ncar\n\n";
        for (int i = 0; i < 5; i++)
        {
            _folder.Write($"binary/data_batch_{i + 1}.bin", CifarFiles.Binary(([i % 2], s_pixels[i])));
            _folder.Write(
                $"python/data_batch_{i + 1}",
                CifarFiles.Pickle(false, ("batch_label", new[] { "x" }), ("labels", new[] { i % 2 }), ("data", new[] { s_pixels[i] }))
            );
        }

        _folder.WriteText("binary/batches.meta.txt", names);
        _folder.Write("python/batches.meta", CifarFiles.Pickle(false, ("label_names", new[] { "plane", "car" })));
        foreach (string kind in new[] { "binary", "python" })
        {
            ImageDataset dataset = ImageDataset.FromCifar10(_folder.PathOf(kind));
            Assert.Equal(["plane", "car"], dataset.ClassNames);
            Assert.Equal([0, 1, 0, 1, 0], dataset.Select(image => image.Label));
            AssertPixels(s_pixels[..5], dataset);
        }
    }

    [Fact]
    public void ArchivesAreReadAsTheyAre()
    {
        WritePython100(newer: false, isColumnMajor: false);
        byte[] archive = CifarFiles.Archive(
            "cifar-100-python",
            [.. new[] { "train", "test", "meta" }.Select(name => (name, File.ReadAllBytes(_folder.PathOf($"cifar-100-python/{name}"))))]
        );
        string path = _folder.Write("packed/cifar-100-python.tar.gz", archive);
        AssertPixels(s_pixels[..5], ImageDataset.FromCifar100(path));
        AssertPixels(s_pixels[5..], ImageDataset.FromCifar100(_folder.PathOf("packed"), train: false));

        _folder.Write("packed/cifar-100-python.tar.gz", archive[..(archive.Length / 2)]);
        AssertFails(() => ImageDataset.FromCifar100(path), path, "again");
        _folder.Write("packed/cifar-100-python.tar.gz", CifarFiles.Archive("cifar-100-python", ("meta", [1])));
        AssertFails(() => ImageDataset.FromCifar100(path), "has no 'cifar-100-python/train'");
    }

    [Fact]
    public void ALongTailIsTheProfiles()
    {
        WritePython100(newer: false, isColumnMajor: false);
        ImageDataset tail = ImageDataset.FromCifar100(_folder.Root, imbalanceRatio: 3);
        Assert.Equal(
            new LongTailProfile(3).Apply(ImageDataset.FromCifar100(_folder.Root)).Select(image => image.Name),
            tail.Select(image => image.Name)
        );
        AssertFails(() => ImageDataset.FromCifar100(_folder.Root, train: false, imbalanceRatio: 3), "they stay balanced");
    }

    [Fact]
    public void WhatIsMissingIsSaidWithItsAddress()
    {
        AssertFails(
            () => ImageDataset.FromCifar100(_folder.Root),
            "CIFAR-100 was not found in",
            "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
            "CifarDownload.FetchAsync"
        );
        AssertFails(() => ImageDataset.FromCifar10(_folder.PathOf("nowhere")), "CIFAR-10 was not found in", "cifar-10-binary.tar.gz");
    }

    [Fact]
    public void DamagedFilesAreNamed()
    {
        _folder.Write("cifar-100-binary/train.bin", new byte[5000]);
        _folder.WriteText("cifar-100-binary/fine_label_names.txt", "apple\n");
        AssertFails(() => ImageDataset.FromCifar100(_folder.Root), "train.bin", "5,000 bytes", "not a multiple of the 3,074");
        File.Delete(_folder.PathOf("cifar-100-binary/fine_label_names.txt"));
        AssertFails(() => ImageDataset.FromCifar100(_folder.Root), "fine_label_names.txt", "does not exist");

        WritePython100(newer: false, isColumnMajor: false);
        string train = _folder.PathOf("cifar-100-python/train");
        byte[] whole = File.ReadAllBytes(train);
        File.WriteAllBytes(train, whole[..^2000]);
        AssertFails(() => ImageDataset.FromCifar100(_folder.Root), "train: byte", "ends too early");
        File.WriteAllBytes(train, CifarFiles.Pickle(false, ("fine_labels", new[] { 1, 2 }), ("data", new[] { s_pixels[0] })));
        AssertFails(
            () => ImageDataset.FromCifar100(_folder.Root),
            "fine_labels: a list of 2, data: an array (1, 3072)",
            "it must hold data"
        );
        File.WriteAllBytes(train, []);
        AssertFails(() => ImageDataset.FromCifar100(_folder.Root), "ends too early");
        File.WriteAllText(train, "\u0080\u0002cos\nsystem\n(U\u0004echotR.", System.Text.Encoding.Latin1);
        AssertFails(
            () => ImageDataset.FromCifar100(_folder.Root),
            "it calls for 'os.system', which is not a part of images and labels",
            "give the set's binary archive instead"
        );
    }

    [Fact]
    public void AnyChangedByteIsReadOrRefused_NeverWorse()
    {
        WritePython100(newer: false, isColumnMajor: false);
        string train = _folder.PathOf("cifar-100-python/train");
        byte[] whole = File.ReadAllBytes(train);
        int head = whole.AsSpan().IndexOf(s_pixels[0]);
        for (int at = 0; at < head; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= (byte)(1 + at * 37 % 255);
            File.WriteAllBytes(train, changed);
            try
            {
                ImageDataset.FromCifar100(_folder.Root);
            }
            catch (LiftPlusException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    private void WritePython100(bool newer, bool isColumnMajor)
    {
        _folder.Write(
            "cifar-100-python/train",
            CifarFiles.Pickle(
                newer,
                ("fine_labels", new[] { 0, 2, 1, 2, 2 }),
                ("coarse_labels", new[] { 0, 0, 1, 0, 0 }),
                ("filenames", new[] { "a.png" }),
                ("data", (s_pixels[..5], isColumnMajor))
            )
        );
        _folder.Write(
            "cifar-100-python/test",
            CifarFiles.Pickle(newer, ("fine_labels", new[] { 1 }), ("coarse_labels", new[] { 1 }), ("data", (s_pixels[5..], isColumnMajor)))
        );
        _folder.Write(
            "cifar-100-python/meta",
            CifarFiles.Pickle(
                newer,
                ("fine_label_names", new[] { "apple", "bear", "cup" }),
                ("coarse_label_names", new[] { "food", "life" })
            )
        );
    }

    private static void AssertPixels(byte[][] expected, ImageDataset dataset)
    {
        Assert.Equal(expected.Length, dataset.Count);
        for (int i = 0; i < expected.Length; i++)
        {
            using RgbImage image = dataset[i].Source.Load();
            byte[] packed = image.ToPacked();
            Assert.Equal((32, 32), (image.Width, image.Height));
            Assert.Equal(
                expected[i],
                Enumerable.Range(0, 3).SelectMany(plane => Enumerable.Range(0, 1024).Select(p => packed[3 * p + plane]))
            );
        }
    }

    private static void AssertFails(Func<object> action, params string[] words)
    {
        string message = Assert.Throws<LiftPlusException>(action).Message;
        Assert.All(words, word => Assert.Contains(word, message));
    }
}
