using System.Collections.Immutable;
using System.Runtime.Intrinsics;

namespace LiftPlus.Data;

/// <summary>Turns 8-bit pixels into a model's input: (x / 255 - mean) / std for each channel, as float32 planes (3, H, W).</summary>
public sealed unsafe class PixelNormalizer
{
    // (x / 255 - mean) / std = x · scale + shift
    private readonly float[] _scale = new float[3];
    private readonly float[] _shift = new float[3];

    /// <summary>Creates a normalizer with the values that the backbone was trained with.</summary>
    /// <param name="mean">Mean of red, green and blue, in units of full brightness.</param>
    /// <param name="std">Standard deviation of each, above 0.</param>
    /// <exception cref="LiftPlusException">There are not three of each, or a deviation is not positive.</exception>
    public PixelNormalizer(IReadOnlyList<float> mean, IReadOnlyList<float> std)
    {
        if (mean.Count != 3 || std.Count != 3)
            throw new LiftPlusException(
                $"Normalisation takes three means and three deviations, for red, green and blue; {mean.Count} and {std.Count} were given."
            );
        for (int c = 0; c < 3; c++)
        {
            if (!float.IsFinite(mean[c]) || !(std[c] > 0) || !float.IsFinite(std[c]))
                throw new LiftPlusException(
                    $"Channel {c} has mean {mean[c]} and deviation {std[c]}; both are to be finite, the deviation above 0."
                );
            _scale[c] = (float)(1 / (255.0 * std[c]));
            _shift[c] = (float)(-(double)mean[c] / std[c]);
        }

        Mean = [.. mean];
        Std = [.. std];
    }

    /// <summary>Gets a normalizer with CLIP's values.</summary>
    public static PixelNormalizer Clip { get; } = new([0.48145466f, 0.4578275f, 0.40821073f], [0.26862954f, 0.26130258f, 0.27577711f]);

    /// <summary>Gets the mean of red, green and blue.</summary>
    public ImmutableArray<float> Mean { get; }

    /// <summary>Gets the standard deviation of red, green and blue.</summary>
    public ImmutableArray<float> Std { get; }

    /// <summary>Gets the factor of each channel: (x / 255 - mean) / std is x · scale + shift.</summary>
    internal ReadOnlySpan<float> Scale => _scale;

    /// <summary>Gets the summand of each channel.</summary>
    internal ReadOnlySpan<float> Shift => _shift;

    /// <summary>Writes an image as planes (3, H, W).</summary>
    /// <param name="image">The pixels.</param>
    /// <param name="planes">Where the 3 · width · height values go.</param>
    public void Write(RgbImage image, Span<float> planes)
    {
        int area = image.Width * image.Height;
        if (planes.Length != 3 * area)
            throw new ArgumentException($"{planes.Length} numbers for an image of {image.Width}x{image.Height}.", nameof(planes));
        fixed (float* red = planes)
        {
            for (int y = 0; y < image.Height; y++)
            {
                fixed (RgbPixel* row = image.Row(y))
                    WriteRow(row, red + y * image.Width, area, image.Width);
            }
        }
    }

    private void WriteRow(RgbPixel* row, float* red, int area, int width)
    {
        Vector256<uint> mask = Vector256.Create(0xFFu);
        Vector256<float> scale0 = Vector256.Create(_scale[0]),
            scale1 = Vector256.Create(_scale[1]),
            scale2 = Vector256.Create(_scale[2]);
        Vector256<float> shift0 = Vector256.Create(_shift[0]),
            shift1 = Vector256.Create(_shift[1]),
            shift2 = Vector256.Create(_shift[2]);
        int x = 0;
        for (; x + 8 <= width; x += 8)
        {
            Vector256<uint> pixels = Vector256.Load((uint*)row + x);
            Store(pixels & mask, scale0, shift0, red + x);
            Store((pixels >> 8) & mask, scale1, shift1, red + area + x);
            Store((pixels >> 16) & mask, scale2, shift2, red + 2 * area + x);
        }

        for (; x < width; x++)
        {
            red[x] = float.MultiplyAddEstimate(row[x].R, _scale[0], _shift[0]);
            red[area + x] = float.MultiplyAddEstimate(row[x].G, _scale[1], _shift[1]);
            red[2 * area + x] = float.MultiplyAddEstimate(row[x].B, _scale[2], _shift[2]);
        }
    }

    private static void Store(Vector256<uint> channel, Vector256<float> scale, Vector256<float> shift, float* to) =>
        Vector256.MultiplyAddEstimate(Vector256.ConvertToSingle(channel.AsInt32()), scale, shift).Store(to);
}
