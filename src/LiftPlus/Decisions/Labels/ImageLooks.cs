using System.Buffers.Binary;
using System.Security.Cryptography;
using LiftPlus.Inference;

namespace LiftPlus.Decisions;

/// <summary>Collects what images look like to the model: a hash of the pixels, and coarse colours in a grid.</summary>
internal sealed class ImageLooks
{
    private const int Side = 8,
        Channels = 3;

    private readonly List<float> _values = [];

    /// <summary>Gets the hash of each image's pixels.</summary>
    public List<UInt128> Hashes { get; } = [];

    /// <summary>Adds an image.</summary>
    public void Add(PreparedImage image)
    {
        Hashes.Add(BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(image.Bytes)));
        int side = (int)image.Shape[^1];
        _values.AddRange(Coarse(image.Numbers[..(Channels * side * side)], side)); // of the first view
    }

    /// <summary>
    /// Returns the coarse colours of the images, of mean 0 and length 1: the dot product of two is the correlation of their colours.
    /// </summary>
    public Rows ToRows() => new Rows([.. _values], Channels * Side * Side).Normalized();

    private static float[] Coarse(ReadOnlySpan<float> pixels, int side)
    {
        double[] sums = new double[Channels * Side * Side];
        int[] counts = new int[Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i / (side * side),
                cell = i / side % side * Side / side * Side + i % side * Side / side;
            sums[channel * Side * Side + cell] += pixels[i];
            counts[cell] += channel == 0 ? 1 : 0;
        }

        double[] means = [.. sums.Select((sum, i) => sum / Math.Max(1, counts[i % counts.Length]))];
        double mean = means.Average();
        return [.. means.Select(value => (float)(value - mean))];
    }
}
