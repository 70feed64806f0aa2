using System.Security.Cryptography;

namespace LiftPlus.Cli.Checking;

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
        if (!image.Source.IsEncoded)
            return 0;
        return image.Source.EncodedLength is long length and > 0 ? length : -1;
    }

    private static string? Hash(LabeledImage image)
    {
        if (!image.Source.IsEncoded)
        {
            using RgbImage pixels = new SkiaImageDecoder().Decode(image.Source);
            return Convert.ToHexString(SHA256.HashData([(byte)pixels.Width, (byte)pixels.Height, .. pixels.ToPacked()]));
        }

        try
        {
            return Convert.ToHexString(SHA256.HashData(image.Source.ReadEncoded()));
        }
        catch (ImageDecodeException)
        {
            return null;
        }
    }
}
