using LiftPlus.Decisions;

namespace LiftPlus.Tests.Decisions;

/// <summary>Draws features around the means of long-tailed classes, with the logits of a classifier that does not prefer any.</summary>
internal sealed class TailWorld
{
    private readonly Random _random;
    private readonly double[][] _means;
    private readonly double _noise;

    public TailWorld(int seed, int classes = 20, int width = 12, double noise = 0.35)
    {
        _random = new Random(seed);
        _noise = noise;
        _means = [.. Enumerable.Range(0, classes).Select(_ => Unit(width))];
        int[] counts = [.. Enumerable.Range(0, classes).Select(c => (int)(400 * Math.Pow(0.01, c / (classes - 1.0))))];
        Classes = new ClassDistribution(Enumerable.Range(0, classes).Select(c => $"class {c}"), counts);
    }

    public ClassDistribution Classes { get; }

    /// <summary>Draws images with labels of the given shares; equal ones by default.</summary>
    /// <param name="count">The number of images.</param>
    /// <param name="shares">The share of each class.</param>
    /// <param name="sharpness">A factor of the logits: 1 for a calibrated classifier.</param>
    public ScoredImages Draw(int count, IReadOnlyList<double>? shares = null, double sharpness = 1)
    {
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => Label(shares))];
        return Draw(labels, sharpness);
    }

    public ScoredImages Draw(int[] labels, double sharpness = 1)
    {
        int width = _means[0].Length;
        float[] features = new float[labels.Length * width],
            logits = new float[labels.Length * _means.Length];
        foreach ((int row, int label) in labels.Index())
        {
            double[] x = [.. _means[label].Select(value => value + _noise * Normal())];
            for (int d = 0; d < width; d++)
                features[row * width + d] = (float)x[d];
            for (int c = 0; c < _means.Length; c++)
                logits[row * _means.Length + c] = (float)(
                    -sharpness * x.Zip(_means[c], (a, b) => (a - b) * (a - b)).Sum() / (2 * _noise * _noise)
                );
        }

        return new ScoredImages(new Rows(features, width), new Rows(logits, _means.Length), labels);
    }

    /// <summary>Draws features around means that no class has.</summary>
    public ScoredImages DrawUnknown(int count)
    {
        TailWorld other = new(1000 + _random.Next(1000), _means.Length, _means[0].Length, _noise);
        ScoredImages drawn = other.Draw(count);
        int width = drawn.Features.Width;
        float[] logits = new float[count * _means.Length];
        for (int row = 0; row < count; row++)
        {
            for (int c = 0; c < _means.Length; c++)
            {
                double square = 0;
                for (int d = 0; d < width; d++)
                    square += Math.Pow(drawn.Features[row][d] - _means[c][d], 2);
                logits[row * _means.Length + c] = (float)(-square / (2 * _noise * _noise));
            }
        }

        return drawn with
        {
            Logits = new Rows(logits, _means.Length),
        };
    }

    private int Label(IReadOnlyList<double>? shares)
    {
        if (shares is null)
            return _random.Next(_means.Length);
        double u = _random.NextDouble() * shares.Sum();
        int label = 0;
        for (; label < shares.Count - 1 && u >= shares[label]; label++)
            u -= shares[label];
        return label;
    }

    private double[] Unit(int width)
    {
        double[] values = [.. Enumerable.Range(0, width).Select(_ => Normal())];
        double length = Math.Sqrt(values.Sum(value => value * value));
        return [.. values.Select(value => value / length)];
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
