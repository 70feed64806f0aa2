using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.Memory;

namespace LiftPlus.Data;

/// <summary>
/// Gives ImageSharp the memory for one image: from the pool of all images, up to a limit, and always cleared. ImageSharp's own pool gives
/// memory with the pixels of earlier images, which decoders of damaged files return as this image's.
/// </summary>
/// <param name="limit">The number of bytes that may be in use at a time.</param>
internal sealed class ImageMemory(long limit) : MemoryAllocator
{
    private const int LargestBuffer = 1 << 26; // of the pool

    private long _left = limit;

    protected override int GetBufferCapacityInBytes() => LargestBuffer;

    /// <exception cref="InvalidMemoryOperationException">The image needs more memory than the limit.</exception>
    public override IMemoryOwner<T> Allocate<T>(int length, AllocationOptions options = AllocationOptions.None)
    {
        long bytes = (long)length * Unsafe.SizeOf<T>();
        if (length >= 0 && bytes <= Array.MaxLength && Interlocked.Add(ref _left, -bytes) >= 0)
            return new Part<T>(this, (int)bytes);
        throw new InvalidMemoryOperationException("It needs more memory than images of its size."); // which ends the image
    }

    private sealed class Part<T> : MemoryManager<T>
        where T : struct
    {
        private readonly ImageMemory _owner;
        private readonly int _bytes;
        private byte[]? _array;

        public Part(ImageMemory owner, int bytes)
        {
            (_owner, _bytes, _array) = (owner, bytes, PixelBuffer.Pool.Rent(bytes));
            Array.Clear(_array, 0, bytes);
        }

        private byte[] Bytes => _array ?? throw new ObjectDisposedException(nameof(ImageMemory));

        public override Span<T> GetSpan() => MemoryMarshal.Cast<byte, T>(Bytes.AsSpan(0, _bytes));

        public override unsafe MemoryHandle Pin(int elementIndex = 0)
        {
            var handle = GCHandle.Alloc(Bytes, GCHandleType.Pinned);
            return new MemoryHandle((byte*)handle.AddrOfPinnedObject() + elementIndex * Unsafe.SizeOf<T>(), handle);
        }

        public override void Unpin() { } // the handle frees itself

        protected override void Dispose(bool disposing)
        {
            if (disposing && Interlocked.Exchange(ref _array, null) is byte[] array)
            {
                PixelBuffer.Pool.Return(array);
                Interlocked.Add(ref _owner._left, _bytes);
            }
        }
    }
}
