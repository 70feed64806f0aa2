using LiftPlus.Weights;

namespace LiftPlus.Data;

/// <summary>What CIFAR's two sets and four archives are called.</summary>
/// <param name="Name">The set.</param>
/// <param name="Folder">What the archive unpacks to.</param>
/// <param name="Archive">The archive at the publisher's.</param>
/// <param name="Md5">The archive's MD5, as the publisher gives it.</param>
/// <param name="Train">Training files in order.</param>
/// <param name="Test">Test files.</param>
/// <param name="Names">The file of class names.</param>
internal sealed record CifarArchive(string Name, string Folder, string Archive, string Md5, string[] Train, string[] Test, string Names)
{
    public static readonly CifarArchive[] All =
    [
        new(
            "CIFAR-10",
            "cifar-10-batches-py",
            "cifar-10-python.tar.gz",
            "c58f30108f718f92721af3b95e74349a",
            [.. Batches("")],
            ["test_batch"],
            "batches.meta"
        ),
        new(
            "CIFAR-10",
            "cifar-10-batches-bin",
            "cifar-10-binary.tar.gz",
            "c32a1d4ab5d03f1284b67883e8d87530",
            [.. Batches(".bin")],
            ["test_batch.bin"],
            "batches.meta.txt"
        ),
        new("CIFAR-100", "cifar-100-python", "cifar-100-python.tar.gz", "eb9058c3a382ffc7106e4002c42a8d85", ["train"], ["test"], "meta"),
        new(
            "CIFAR-100",
            "cifar-100-binary",
            "cifar-100-binary.tar.gz",
            "03b5dce01913d631647c71ecec9e9cb8",
            ["train.bin"],
            ["test.bin"],
            "fine_label_names.txt"
        ),
    ];

    public const string Publisher = "https://www.cs.toronto.edu/~kriz/";

    public bool IsPickled => !Train[0].EndsWith(".bin", StringComparison.Ordinal);

    private static IEnumerable<string> Batches(string ending) => Enumerable.Range(1, 5).Select(i => $"data_batch_{i}{ending}");
}

/// <summary>CIFAR-10 and CIFAR-100 as published: images of 32x32 pixels, held in memory (about 150 MB for a training set).</summary>
internal static class Cifar
{
    public const int Side = 32,
        ImageBytes = 3 * Side * Side;

    public static ImageListing Read(string set, string place, bool train, bool coarse)
    {
        CifarArchive[] archives = [.. CifarArchive.All.Where(archive => archive.Name == set)];
        foreach (CifarArchive archive in archives)
        {
            foreach (string folder in new[] { place, Path.Combine(place, archive.Folder) })
            {
                if (File.Exists(Path.Combine(folder, (train ? archive.Train : archive.Test)[0])))
                    return ReadFolder(archive, folder, train, coarse);
            }
        }

        foreach (CifarArchive archive in archives)
        {
            string file = File.Exists(place) && Path.GetFileName(place) == archive.Archive ? place : Path.Combine(place, archive.Archive);
            if (File.Exists(file))
                return ReadArchive(archive, file, train, coarse);
        }

        throw new LiftPlusException(
            $"There is no {set} in '{place}'. Download {CifarArchive.Publisher}{archives[0].Archive} (or {archives[1].Archive}) and put it there, unpacked or as it is, or let {nameof(CifarDownload)}.{nameof(CifarDownload.FetchAsync)} do it."
        );
    }

    private static ImageListing ReadFolder(CifarArchive archive, string folder, bool train, bool coarse)
    {
        var parts = new List<CifarPart>();
        try
        {
            IReadOnlyList<string> names = archive.IsPickled
                ? CifarPickle.ReadNames(archive, folder, coarse)
                : ReadNames(archive, folder, coarse);
            foreach (string file in train ? archive.Train : archive.Test)
            {
                string path = Path.Combine(folder, file);
                parts.Add(archive.IsPickled ? CifarPickle.Read(archive, path, coarse) : ReadBinary(archive, path, coarse));
            }

            return new ImageListing([.. parts.SelectMany(part => part.Images)], names);
        }
        catch (WeightFileException e)
        {
            throw new LiftPlusException(e.Message, e);
        }
    }

    private static ImageListing ReadArchive(CifarArchive archive, string file, bool train, bool coarse)
    {
        string folder = Directory.CreateTempSubdirectory("liftplus-cifar-").FullName;
        try
        {
            CifarUnpacker.Unpack(archive, file, folder);
            string? missing = (train ? archive.Train : archive.Test).FirstOrDefault(name => !File.Exists(Path.Combine(folder, name)));
            if (missing is not null)
                throw new LiftPlusException(
                    $"The archive '{file}' has no '{archive.Folder}/{missing}': it is cut off or another one. Download {CifarArchive.Publisher}{archive.Archive} again."
                );
            return ReadFolder(archive, folder, train, coarse);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Blank lines follow the names.
    private static string[] ReadNames(CifarArchive archive, string folder, bool coarse) =>
        [
            .. TextFile
                .ReadLines(Path.Combine(folder, coarse ? "coarse_label_names.txt" : archive.Names), "class name file")
                .Select(line => line.Trim())
                .Where(line => line.Length > 0),
        ];

    // Each image is its label (of CIFAR-100 the coarse one and the fine one) and three planes.
    private static CifarPart ReadBinary(CifarArchive archive, string path, bool coarse)
    {
        int labels = archive.Name == "CIFAR-10" ? 1 : 2,
            record = labels + ImageBytes;
        byte[] bytes = TextFile.Read(path, $"{archive.Name} file", File.ReadAllBytes);
        if (bytes.Length == 0 || bytes.Length % record != 0)
            throw new LiftPlusException(
                $"The {archive.Name} file '{path}' has {bytes.Length:N0} bytes, which is no multiple of the {record:N0} of an image: it is cut off or another file. Unpack it again."
            );
        int[] of = [.. Enumerable.Range(0, bytes.Length / record).Select(i => (int)bytes[i * record + (coarse ? 0 : labels - 1)])];
        return new CifarPart(path, bytes, labels, record, of);
    }
}

/// <summary>The images of one file: planes of red, green and blue, at equal distances in an array.</summary>
internal sealed class CifarPart(string path, byte[] bytes, int start, int stride, int[] labels)
{
    public IEnumerable<LabeledImage> Images =>
        labels.Select((label, i) => new LabeledImage(ImageSource.FromPixels(() => Image(start + i * stride), $"{path}, image {i}"), label));

    private RgbImage Image(int at)
    {
        RgbImage image = RgbImage.Create(Cifar.Side, Cifar.Side);
        const int plane = Cifar.Side * Cifar.Side;
        for (int y = 0; y < Cifar.Side; y++)
        {
            Span<RgbPixel> row = image.Row(y);
            for (int x = 0; x < row.Length; x++, at++)
                row[x] = new RgbPixel(bytes[at], bytes[at + plane], bytes[at + 2 * plane]);
        }

        return image;
    }
}
