namespace LiftPlus.Data;

/// <summary>Keeps pixels in memory.</summary>
internal sealed class MemoryPixelStore : IPixelStore
{
    private readonly List<byte[]?> _images = [];

    public long Save(byte[] packed)
    {
        lock (_images)
        {
            _images.Add(packed);
            return _images.Count - 1;
        }
    }

    public RgbImage Load(long place, int width, int height)
    {
        byte[] packed;
        lock (_images)
            packed = place < _images.Count ? _images[(int)place]! : throw new ObjectDisposedException(nameof(BatchLoader));
        return RgbImage.FromPixels(packed, width, height);
    }

    public void Dispose()
    {
        lock (_images)
            _images.Clear();
    }
}
