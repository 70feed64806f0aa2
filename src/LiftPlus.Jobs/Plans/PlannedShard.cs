namespace LiftPlus.Plans;

/// <summary>Represents a shard in a plan: a tar file, or lines of the list of image files.</summary>
/// <param name="Tar">The tar file; null for lines of the list.</param>
/// <param name="Start">The position of the first line in bytes.</param>
/// <param name="Bytes">The bytes of the lines, or of the tar file.</param>
/// <param name="Images">The number of lines; 0 for a tar file, which is read later.</param>
/// <param name="Sha256">The SHA-256 of the lines; null for a tar file.</param>
internal sealed record PlannedShard(string? Tar, long Start, long Bytes, int Images, string? Sha256)
{
    /// <summary>The most bytes of paths in a shard.</summary>
    public const long MostBytes = 1L << 29;

    /// <summary>Returns what is wrong with the values; null if nothing is.</summary>
    public string? FindError() =>
        Tar is null
            ? Start < 0 || Bytes is < 1 or > MostBytes || Images < 1 || Sha256 is not { Length: 64 }
                ? $"start {Start}, bytes {Bytes}, images {Images} and sha256 '{Sha256}' describe no lines of the list"
                : null
            : string.IsNullOrWhiteSpace(Tar) || Bytes < 0
                ? $"tar '{Tar}' with {Bytes} bytes is not a tar file"
                : null;
}
