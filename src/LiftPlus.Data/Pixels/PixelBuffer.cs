using System.Buffers;

namespace LiftPlus.Data;

/// <summary>
/// The pooled memory behind one image and its crops, counted by users. It ends in a margin, so that vector code may read and write whole
/// vectors at the end of the last row.
/// </summary>
internal sealed class PixelBuffer
{
    /// <summary>Bytes after the last pixel that vector code may touch.</summary>
    public const int Margin = 64;

    private int _users = 1;

    public PixelBuffer(int bytes) => Bytes = Pool.Rent(bytes + Margin);

    /// <summary>
    /// The pool of images and files, up to 64 MB each. The shared pool would not do: it keeps arrays for each thread, and lets go of
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
