using System.Security.Cryptography;
using System.Text;
using LiftPlus.Data;

namespace LiftPlus.Samples.RetrainWorker;

/// <summary>What a folder of class folders holds at one moment.</summary>
internal static class WatchedFolder
{
    private const int FewestPictures = 2; // of a class: one to train on, one to judge by

    /// <summary>Changes when a file comes, goes or is written; null while there are fewer than two classes with pictures.</summary>
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
        if (files.GroupBy(file => file.DirectoryName).Count(group => group.Count() >= FewestPictures) < 2)
            return null;
        string list = string.Join(
            '\n',
            files.Select(file => $"{Path.GetRelativePath(folder, file.FullName)} {file.Length} {file.LastWriteTimeUtc.Ticks}")
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list)))[..16];
    }

    /// <summary>Splits pictures by the hash of their names: a picture stays on its side whatever comes beside it. Both sides get one of each class.</summary>
    public static (ImageDataset Train, ImageDataset HeldOut) Split(ImageDataset pictures, double part)
    {
        List<int> train = [],
            heldOut = [];
        foreach (IGrouping<int, int> ofClass in Enumerable.Range(0, pictures.Count).GroupBy(i => pictures[i].Label))
        {
            int[] ordered = [.. ofClass.OrderBy(i => Place(pictures[i].Path))];
            int held = Math.Clamp(ordered.Count(i => Place(pictures[i].Path) < part), Math.Min(1, ordered.Length - 1), ordered.Length - 1);
            heldOut.AddRange(ordered[..held]);
            train.AddRange(ordered[held..]);
        }

        return (pictures.Subset(train.Order()), pictures.Subset(heldOut.Order()));
    }

    // Evenly spread over 0..1.
    private static double Place(string path) =>
        BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(path)))) / (uint.MaxValue + 1.0);
}
