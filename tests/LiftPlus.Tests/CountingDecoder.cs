namespace LiftPlus.Tests;

/// <summary>Counts the images that are decoded.</summary>
internal sealed class CountingDecoder : IImageDecoder
{
    private int _decoded;

    public int Decoded => _decoded;

    public RgbImage Decode(ReadOnlySpan<byte> encoded, string name)
    {
        Interlocked.Increment(ref _decoded);
        return new SkiaImageDecoder().Decode(encoded, name);
    }
}
