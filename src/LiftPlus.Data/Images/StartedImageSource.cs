namespace LiftPlus.Data;

/// <summary>An image that is being read ahead. The first read waits for that; another reads the image anew.</summary>
internal sealed class StartedImageSource(Task<ImageSource> started, ImageSource source) : ImageSource(source.Name)
{
    private Task<ImageSource>? _started = started;

    internal override bool MayRecover => source.MayRecover;

    internal override EncodedBytes Read(long maxBytes = EncodedBytes.DefaultLimit) =>
        Interlocked.Exchange(ref _started, null) is Task<ImageSource> first
            ? first.GetAwaiter().GetResult().Read(maxBytes)
            : source.Read(maxBytes);
}
