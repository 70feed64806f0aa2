namespace LiftPlus.Data;

/// <summary>Keeps decoded images of a dataset by their indices. Thread-safe.</summary>
internal sealed class ImageCache : IDisposable
{
    private readonly IPixelStore _store;
    private readonly Entry?[] _entries;
    private readonly long _maxBytes;
    private long _reserved;
    private int _images;
    private long _bytes;
    private string? _fault;

    /// <exception cref="LiftPlusException">The cache's file cannot be created.</exception>
    public ImageCache(ImageCacheOptions options, int count)
        : this(options.Folder is string folder ? new FilePixelStore(folder) : new MemoryPixelStore(), options.MaxBytes, count) { }

    public ImageCache(IPixelStore store, long maxBytes, int count)
    {
        _store = store;
        _maxBytes = maxBytes;
        _entries = new Entry?[count];
    }

    public ImageCacheState State => new(Volatile.Read(ref _images), Interlocked.Read(ref _bytes), Volatile.Read(ref _fault));

    /// <summary>Returns whether the image at an index is kept.</summary>
    public bool Has(int index) => Volatile.Read(ref _entries[index]) is not null;

    /// <summary>Returns the image at an index, decoded now if it is not kept. The caller disposes it.</summary>
    public RgbImage Read(int index, ImageSource source, IImageDecoder decoder)
    {
        if (Volatile.Read(ref _entries[index]) is Entry entry && Load(entry) is RgbImage kept)
            return kept;
        RgbImage pixels = decoder.Decode(source);
        if (Volatile.Read(ref _fault) is null && Volatile.Read(ref _entries[index]) is null)
            Keep(index, pixels);
        return pixels;
    }

    public void Dispose() => _store.Dispose();

    private RgbImage? Load(Entry entry)
    {
        try
        {
            return _store.Load(entry.Place, entry.Width, entry.Height);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Fail(e);
            return null;
        }
    }

    private void Keep(int index, RgbImage image)
    {
        long size = 3L * image.Width * image.Height;
        if (!Reserve(size))
            return;
        try
        {
            long place = _store.Save(image.ToPacked());
            if (Interlocked.CompareExchange(ref _entries[index], new Entry(place, image.Width, image.Height), null) is null)
            {
                Interlocked.Increment(ref _images);
                Interlocked.Add(ref _bytes, size);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Fail(e);
        }
    }

    // An image that found no room once never does, so that the kept images are fixed after one epoch.
    private bool Reserve(long size)
    {
        long before;
        do
        {
            before = Volatile.Read(ref _reserved);
            if (before > _maxBytes - size)
                return false;
        } while (Interlocked.CompareExchange(ref _reserved, before + size, before) != before);
        return true;
    }

    private void Fail(Exception e) =>
        Interlocked.CompareExchange(
            ref _fault,
            $"The cache of decoded images stopped: {e.Message.TrimEnd('.')}. Loading continues without it. "
                + "Free some space, choose another folder, or lower MaxBytes.",
            null
        );

    private sealed record Entry(long Place, int Width, int Height);
}
