using System.Security.Cryptography;
using System.Text;

namespace LiftPlus.Samples.RetrainWorker;

/// <summary>Reads the state of a folder with one folder per class.</summary>
internal static class WatchedFolder
{
    private const int MinImages = 2; // per class: one for training, one for comparing models

    /// <summary>Returns a value that changes with any file; null while fewer than two classes have enough images.</summary>
    public static string? Fingerprint(string folder)
    {
        if (!Directory.Exists(folder))
            return null;
        FileInfo[] files =
        [
            .. new DirectoryInfo(folder)
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .OrderBy(file => file.FullName, StringComparer.Ordinal),
        ];
        if (files.GroupBy(file => file.DirectoryName).Count(group => group.Count() >= MinImages) < 2)
            return null;
        string list = string.Join(
            '\n',
            files.Select(file => $"{Path.GetRelativePath(folder, file.FullName)} {file.Length} {file.LastWriteTimeUtc.Ticks}")
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list)))[..16];
    }

    /// <summary>
    /// Splits images by the hash of their names, so that new images do not move old ones. Both parts get at least one image of each class.
    /// </summary>
    public static (ImageDataset Train, ImageDataset HeldOut) Split(ImageDataset images, double part)
    {
        List<int> train = [];
        List<int> heldOut = [];
        foreach (IGrouping<int, int> ofClass in Enumerable.Range(0, images.Count).GroupBy(i => images[i].Label))
        {
            int[] ordered = [.. ofClass.OrderBy(i => Place(images[i].Name))];
            int held = Math.Clamp(ordered.Count(i => Place(images[i].Name) < part), Math.Min(1, ordered.Length - 1), ordered.Length - 1);
            heldOut.AddRange(ordered[..held]);
            train.AddRange(ordered[held..]);
        }

        return (images.Subset(train.Order()), images.Subset(heldOut.Order()));
    }

    // Hashes a name to a number in [0, 1).
    private static double Place(string path) =>
        BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(path)))) / (uint.MaxValue + 1.0);
}
