using LiftPlus.Data;

namespace LiftPlus.Exports.Tests;

/// <summary>Draws images of smooth waves with some noise, as in a photograph.</summary>
internal static class Waves
{
    /// <summary>Draws an image of a size that depends on the seed.</summary>
    public static ImageSource Image(int seed)
    {
        (int width, int height) = (seed % 4) switch
        {
            0 => (24, 24),
            1 => (61, 40),
            2 => (33, 97),
            _ => (200, 151),
        };
        return ImageSource.FromPixels(RgbImage.FromPixels(Pixels(width, height, seed), width, height), $"waves {seed}");
    }

    /// <summary>Draws pixels (H, W, 3).</summary>
    public static byte[] Pixels(int width, int height, int seed)
    {
        var random = new Random(seed);
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int x, int y, int channel) = (i / 3 % width, i / 3 / width, i % 3);
            double wave = Math.Sin(0.2 * x * (seed + channel)) + Math.Cos(0.15 * y * (1 + channel));
            pixels[i] = (byte)Math.Clamp(128 + 45 * wave + random.Next(-10, 11), 0, 255);
        }

        return pixels;
    }
}
