using System.Formats.Tar;
using System.IO.Compression;
using LiftPlus.Files;

namespace LiftPlus.Data;

/// <summary>Unpacks only the needed files of a CIFAR archive.</summary>
internal static class CifarUnpacker
{
    private const long MostBytes = 1L << 28, // the largest file has 155 MB
        MostTogether = 1L << 30;

    public static void Unpack(CifarArchive archive, string file, string folder)
    {
        HashSet<string> wanted = [.. archive.Train, .. archive.Test, archive.Names, "coarse_label_names.txt"];
        try
        {
            using FileStream plain = Decompress(file, Path.Combine(folder, "archive.tar"));
            TarBounds.Check(plain);
            plain.Position = 0;
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
        catch (Exception e)
            when (e
                    is IOException
                        or InvalidDataException
                        or FormatException
                        or UnauthorizedAccessException
                        or ArgumentException
                        or OverflowException
                        or NotSupportedException
            )
        {
            throw new LiftPlusException(
                $"The archive '{file}' cannot be unpacked into '{folder}': {e.Message}. "
                    + $"Make room, or download {CifarArchive.Publisher}{archive.Archive} again.",
                e
            );
        }
    }

    // The file is deleted when it is closed.
    private static FileStream Decompress(string file, string to)
    {
        using var compressed = new FileStream(RegularFile.Open(file), FileAccess.Read);
        using var zip = new GZipStream(compressed, CompressionMode.Decompress);
        var plain = new FileStream(to, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        try
        {
            byte[] part = new byte[1 << 16];
            while (zip.Read(part) is int read and > 0)
            {
                plain.Write(part, 0, read);
                if (plain.Length > MostTogether)
                    throw new InvalidDataException($"it unpacks to more than {MostTogether:N0} bytes");
            }

            plain.Position = 0;
            return plain;
        }
        catch
        {
            plain.Dispose();
            throw;
        }
    }
}
