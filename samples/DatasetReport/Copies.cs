using System.Security.Cryptography;
using LiftPlus.Data;

namespace LiftPlus.Samples.DatasetReport;

/// <summary>Finds images with the same bytes. It reads a file only if another file has the same length.</summary>
internal static class Copies
{
    public static IReadOnlyList<int[]> Find(ImageDataset dataset, CancellationToken cancellationToken)
    {
        long[] lengths = [.. dataset.Select(Length)];
        int[] candidates =
        [
            .. Enumerable
                .Range(0, dataset.Count)
                .GroupBy(place => lengths[place])
                .Where(group => group.Key >= 0 && group.Skip(1).Any())
                .SelectMany(group => group),
        ];
        string?[] hashes = new string?[dataset.Count];
        Parallel.ForEach(
            candidates,
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount },
            place => hashes[place] = Hash(dataset[place])
        );
        return
        [
            .. candidates
                .Where(place => hashes[place] is not null)
                .GroupBy(place => hashes[place])
                .Select(group => group.Order().ToArray())
                .Where(group => group.Length > 1)
                .OrderBy(group => group[0]),
        ];
    }

    // All images in memory count as equally long. Missing and empty files are left to the dataset check, which reports them.
    private static long Length(LabeledImage image)
    {
        if (image.Load is not null)
            return 0;
        long length = image.Stored?.Length ?? (new FileInfo(image.Path) is { Exists: true } file ? file.Length : 0);
        return length > 0 ? length : -1;
    }

    private static string? Hash(LabeledImage image)
    {
        if (image.Load is not null)
        {
            using RgbImage pixels = image.Load();
            return Convert.ToHexString(SHA256.HashData([(byte)pixels.Width, (byte)pixels.Height, .. pixels.ToPacked()]));
        }

        try
        {
            using FileStream file = File.OpenRead(image.Stored?.File ?? image.Path);
            if (image.Stored is null)
                return Convert.ToHexString(SHA256.HashData(file));
            byte[] bytes = new byte[image.Stored.Length];
            file.Position = image.Stored.Offset;
            file.ReadExactly(bytes);
            return Convert.ToHexString(SHA256.HashData(bytes));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
