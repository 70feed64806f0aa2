using System.Formats.Tar;
using LiftPlus.Data;
using LiftPlus.Data.Tests;

namespace LiftPlus.Fuzz.Doors;

/// <summary>Tar files and CIFAR's archives.</summary>
internal static class ArchiveDoors
{
    private static readonly string[] s_tarTokens =
    [
        "ustar\u0000",
        "ustar  \u0000",
        "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
        "00000000000\u0000",
        "77777777777\u0000",
        "\u0080\u0000\u0000\u0000\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
        "0001.cls",
        ".json",
        "L",
        "K",
        "x",
        "g",
        "S",
        "1",
        "30 mtime=1.5\n",
        "22 size=99999999999\n",
        "GNU.sparse.major=1",
        "12 path=a.jpg\n",
    ];

    public static IEnumerable<Door> Create(string folder)
    {
        yield return new Door
        {
            Name = "tar",
            Share = 20,
            MakeSeeds = () =>
                [
                    .. new[] { TarEntryFormat.V7, TarEntryFormat.Ustar, TarEntryFormat.Pax, TarEntryFormat.Gnu }.Select(format =>
                        Tar(
                            format,
                            "0001.jpg",
                            "0001.cls",
                            "0002.png",
                            "0002.json",
                            $"{new string('d', 120)}/0003.jpg",
                            $"{new string('d', 120)}/0003.cls"
                        )
                    ),
                    Tar(TarEntryFormat.Pax, "cat/a.jpg", "dog/b.jpg"),
                ],
            Tokens = s_tarTokens,
            Repair = FixSums,
            Try = input => ImageDataset.FromTar(DoorTable.Write(folder, "x.tar", input)),
        };
        string ten = Path.Combine(folder, "cifar10"),
            hundred = Path.Combine(folder, "cifar100");
        yield return Cifar(ten, "test_batch", () => [CifarFiles.Pickle(false, Batch("labels")), CifarFiles.Pickle(true, Batch("labels"))]);
        yield return Cifar(ten, "batches.meta", () => [CifarFiles.Pickle(false, ("label_names", new[] { "cat", "dog" }))]);
        yield return new Door
        {
            Name = "cifar-binary",
            Share = 1,
            MakeSeeds = () => [CifarFiles.Binary(([1, 2], CifarFiles.Image(1)), ([3, 4], CifarFiles.Image(2)))],
            Try = input =>
            {
                DoorTable.Write(hundred, "fine_label_names.txt", "a\nb\nc\nd\ne\n"u8.ToArray());
                DoorTable.Write(hundred, "test.bin", input);
                ReadPixels(ImageDataset.FromCifar100(hundred, train: false));
            },
        };
        yield return new Door
        {
            Name = "cifar-archive",
            Share = 1,
            MakeSeeds = () =>
                [
                    CifarFiles.Archive(
                        "cifar-10-batches-py",
                        ("test_batch", CifarFiles.Pickle(false, Batch("labels"))),
                        ("batches.meta", CifarFiles.Pickle(false, ("label_names", new[] { "cat", "dog" })))
                    ),
                ],
            Tokens = ["\u001f\u008b", "ustar", "test_batch"],
            Try = input =>
            {
                string place = Path.Combine(folder, "packed");
                DoorTable.Write(place, "cifar-10-python.tar.gz", input);
                ReadPixels(ImageDataset.FromCifar10(place, train: false));
            },
        };
    }

    private static Door Cifar(string folder, string changed, Func<byte[][]> seeds) =>
        new()
        {
            Name = $"cifar-{changed}",
            Share = 8,
            MakeSeeds = seeds,
            Tokens =
            [
                "(",
                "}",
                "]",
                "R",
                "b",
                "t",
                "u",
                "e",
                "K\u0001",
                "cnumpy\nndarray\n",
                "cnumpy\ndtype\n",
                "U\u0004data",
                "h\u0001",
                "q\u0001",
            ],
            Try = input =>
            {
                DoorTable.Write(folder, "test_batch", CifarFiles.Pickle(false, Batch("labels")));
                DoorTable.Write(folder, "batches.meta", CifarFiles.Pickle(false, ("label_names", new[] { "cat", "dog" })));
                DoorTable.Write(folder, changed, input);
                ReadPixels(ImageDataset.FromCifar10(folder, train: false));
            },
        };

    private static (string, object)[] Batch(string labels) =>
        [("data", new[] { CifarFiles.Image(1), CifarFiles.Image(2) }), (labels, new[] { 0, 1 })];

    private static void ReadPixels(ImageDataset data)
    {
        foreach (LabeledImage image in data.Images.Take(3))
            image.Source.Load().Dispose();
    }

    private static byte[] Tar(TarEntryFormat format, params string[] names)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, format, leaveOpen: true))
        {
            foreach (string name in names)
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name[^Math.Min(99, name.Length)..]),
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                    _ => new PaxTarEntry(TarEntryType.RegularFile, name),
                };
                entry.DataStream = new MemoryStream(
                    name.EndsWith(".cls", StringComparison.Ordinal) ? "1"u8.ToArray()
                    : name.EndsWith(".json", StringComparison.Ordinal) ? "{\"label\":0}"u8.ToArray()
                    : [0xFF, 0xD8, 0xFF, 1, 2, 3]
                );
                tar.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }

    // The sum of each header, wherever a header seems to be.
    private static byte[] FixSums(byte[] file)
    {
        const int block = 512,
            sumAt = 148,
            sumLength = 8;
        byte[] copy = [.. file];
        for (int at = 0; at + block <= copy.Length; at += block)
        {
            Span<byte> header = copy.AsSpan(at, block);
            if (!header[257..].StartsWith("ustar"u8))
                continue;
            header.Slice(sumAt, sumLength).Fill((byte)' ');
            int sum = 0;
            foreach (byte value in header)
                sum += value;
            System.Text.Encoding.ASCII.GetBytes($"{Convert.ToString(sum, 8).PadLeft(6, '0')}\0 ").CopyTo(header[sumAt..]);
        }

        return copy;
    }
}
