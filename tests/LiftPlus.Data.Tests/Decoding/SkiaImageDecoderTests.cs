using SkiaSharp;

namespace LiftPlus.Data.Tests;

/// <summary>What Skia's scanline decoding must not change, over many sizes; the rest is the contract of all decoders.</summary>
public sealed class SkiaImageDecoderTests
{
    private readonly SkiaImageDecoder _decoder = new();

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void APartIsWhatTheWholeHasThere(SKEncodedImageFormat format)
    {
        var random = new Random(3);
        for (int turn = 0; turn < 60; turn++)
        {
            int width = random.Next(1, 200),
                height = random.Next(1, 150),
                boxWidth = random.Next(1, width + 1),
                boxHeight = random.Next(1, height + 1);
            var box = new PixelBox(random.Next(width - boxWidth + 1), random.Next(height - boxHeight + 1), boxWidth, boxHeight);
            byte[] bytes = TestImages.Encode(width, height, turn, format);
            using RgbImage whole = _decoder.Decode(bytes, "whole"),
                expected = whole.Crop(box);
            using RgbImage part = _decoder.Decode(bytes, "part", _ => box, null);
            Assert.Equal(expected.ToPacked(), part.ToPacked());
        }
    }
}
