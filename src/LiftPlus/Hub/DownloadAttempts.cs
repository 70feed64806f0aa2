namespace LiftPlus.Hub;

/// <summary>
/// Decides whether the download of a file gets anywhere. A server may break off often, but each few attempts must bring the download
/// further than it has ever been, and all attempts together may not receive much more than the file.
/// </summary>
/// <param name="size">The file's length.</param>
/// <param name="maxBreaks">The number of breaks in a row, without progress, that are tolerated.</param>
/// <param name="start">The number of bytes that an earlier download left.</param>
internal sealed class DownloadAttempts(long size, int maxBreaks, long start)
{
    private const int MaxCopies = 4; // of the file: a server without ranges sends the beginning again after each break
    private long _furthest = start,
        _received;
    private int _breaks;

    /// <summary>Gets the number of bytes that count as progress: a sixteenth of a small file, 64 KiB of a large one.</summary>
    public long Least => Math.Clamp(size / 16, 1, 1 << 16);

    /// <summary>Counts received bytes; returns false when they are too many for the file.</summary>
    public bool Receive(int bytes) => (_received += bytes) <= MaxCopies * size + (1 << 20);

    /// <summary>Returns whether another attempt may follow a break.</summary>
    /// <param name="length">The number of bytes that are there now.</param>
    public bool MayContinue(long length)
    {
        bool isFurther = length >= _furthest + Least;
        if (isFurther)
            _furthest = length;
        _breaks = isFurther ? 1 : _breaks + 1;
        return _breaks <= maxBreaks;
    }
}
