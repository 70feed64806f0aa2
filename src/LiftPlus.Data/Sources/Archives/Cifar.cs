using LiftPlus.Files;

namespace LiftPlus.Data;

/// <summary>Reads CIFAR-10 and CIFAR-100 as published: images of 32x32 pixels, in memory (about 150 MB for a training set).</summary>
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
            $"{set} was not found in '{place}'. Download {CifarArchive.Publisher}{archives[0].Archive} (or {archives[1].Archive}) and put "
                + $"it there, packed or unpacked, or let {nameof(CifarDownload)}.{nameof(CifarDownload.FetchAsync)} do it."
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
                    $"The archive '{file}' has no '{archive.Folder}/{missing}': it is cut off, or another archive. "
                        + $"Download {CifarArchive.Publisher}{archive.Archive} again."
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

    // Each image is its label (for CIFAR-100 the coarse one, then the fine one) and three planes.
    private static CifarPart ReadBinary(CifarArchive archive, string path, bool coarse)
    {
        int labels = archive.Name == "CIFAR-10" ? 1 : 2,
            record = labels + ImageBytes;
        byte[] bytes = TextFile.ReadBytes(path, $"{archive.Name} file");
        if (bytes.Length == 0 || bytes.Length % record != 0)
            throw new LiftPlusException(
                $"The {archive.Name} file '{path}' has {bytes.Length:N0} bytes, which is not a multiple of the {record:N0} of an image: "
                    + "it is cut off, or another file. Unpack it again."
            );
        int[] of = [.. Enumerable.Range(0, bytes.Length / record).Select(i => (int)bytes[i * record + (coarse ? 0 : labels - 1)])];
        return new CifarPart(path, bytes, labels, record, of);
    }
}
