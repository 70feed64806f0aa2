using System.Buffers;

namespace LiftPlus.Data;

/// <summary>
/// Holds the pooled memory behind one image and its crops, and counts its users. It ends in a margin, so that vector code may read and
/// write whole vectors at the end of the last row.
/// </summary>
internal sealed class PixelBuffer
{
    /// <summary>The number of bytes after the last pixel that vector code may touch.</summary>
    public const int Margin = 64;

    private int _users = 1;

    public PixelBuffer(int bytes) => Bytes = Pool.Rent(bytes + Margin);

    /// <summary>
    /// Gets the pool of images and files, up to 64 MB each. The shared pool does not suit them: it keeps arrays for each thread and drops
    /// them with the thread.
    /// </summary>
    public static ArrayPool<byte> Pool { get; } = ArrayPool<byte>.Create(1 << 26, 64);

    public byte[] Bytes { get; }

    public void AddUser() => Interlocked.Increment(ref _users);

    public void RemoveUser()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            Pool.Return(Bytes);
    }
}
