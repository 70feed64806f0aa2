namespace LiftPlus.Tests;

/// <summary>A decoder that reads any bytes as an image of one color, and counts its calls.</summary>
internal sealed class PaintingDecoder : IImageDecoder
{
    public int Calls { get; private set; }

    public RgbImage Decode(ReadOnlySpan<byte> encoded, string name)
    {
        Calls++;
        return TestWorld.Pixels(2);
    }

    public ImageSize Measure(ReadOnlySpan<byte> encoded, string name) => new(20, 24);
}
