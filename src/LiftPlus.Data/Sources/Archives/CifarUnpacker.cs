using System.Formats.Tar;
using System.IO.Compression;

namespace LiftPlus.Data;

/// <summary>Unpacks only the needed files of a CIFAR archive.</summary>
internal static class CifarUnpacker
{
    private const long MostBytes = 1L << 28; // the largest file has 155 MB

    public static void Unpack(CifarArchive archive, string file, string folder)
    {
        HashSet<string> wanted = [.. archive.Train, .. archive.Test, archive.Names, "coarse_label_names.txt"];
        try
        {
            using FileStream compressed = File.OpenRead(file);
            using var plain = new GZipStream(compressed, CompressionMode.Decompress);
            using var tar = new TarReader(plain);
            while (tar.GetNextEntry() is TarEntry entry)
            {
                string name = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !wanted.Remove(name))
                    continue;
                if (entry.Length > MostBytes)
                    throw new InvalidDataException($"'{entry.Name}' claims {entry.Length:N0} bytes");
                entry.ExtractToFile(Path.Combine(folder, name), overwrite: false);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or FormatException or UnauthorizedAccessException)
        {
            throw new LiftPlusException(
                $"The archive '{file}' cannot be unpacked into '{folder}': {e.Message}. "
                    + $"Make room, or download {CifarArchive.Publisher}{archive.Archive} again.",
                e
            );
        }
    }
}
