using System.Security.Cryptography;
using System.Text;
using LiftPlus.Data;

namespace LiftPlus.Samples.RetrainWorker;

/// <summary>What a folder of class folders holds at one moment.</summary>
internal static class WatchedFolder
{
    private const int FewestImages = 2; // of a class: one to train on, one to judge by

    /// <summary>Changes when a file comes, goes or is written; null while there are fewer than two classes with images.</summary>
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
        if (files.GroupBy(file => file.DirectoryName).Count(group => group.Count() >= FewestImages) < 2)
            return null;
        string list = string.Join(
            '\n',
            files.Select(file => $"{Path.GetRelativePath(folder, file.FullName)} {file.Length} {file.LastWriteTimeUtc.Ticks}")
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list)))[..16];
    }

    /// <summary>Splits images by the hash of their names: an image stays on its side whatever comes beside it. Both sides get one of each class.</summary>
    public static (ImageDataset Train, ImageDataset HeldOut) Split(ImageDataset images, double part)
    {
        List<int> train = [],
            heldOut = [];
        foreach (IGrouping<int, int> ofClass in Enumerable.Range(0, images.Count).GroupBy(i => images[i].Label))
        {
            int[] ordered = [.. ofClass.OrderBy(i => Place(images[i].Name))];
            int held = Math.Clamp(ordered.Count(i => Place(images[i].Name) < part), Math.Min(1, ordered.Length - 1), ordered.Length - 1);
            heldOut.AddRange(ordered[..held]);
            train.AddRange(ordered[held..]);
        }

        return (images.Subset(train.Order()), images.Subset(heldOut.Order()));
    }

    // Evenly spread over 0..1.
    private static double Place(string path) =>
        BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(path)))) / (uint.MaxValue + 1.0);
}
