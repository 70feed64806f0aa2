using LiftPlus.Data;

namespace LiftPlus.Decisions;

/// <summary>
/// Measures how often held-out images of a class are recognised if the class has fewer images, the other classes being as they are.
/// </summary>
/// <param name="Sizes">The numbers of images.</param>
/// <param name="Hits">The share of trials (images, sizes) in which each image was recognised when it was held out.</param>
internal sealed record CurveSample(int[] Sizes, double[,] Hits)
{
    /// <summary>The least number of images of a class whose curve is measured.</summary>
    public const int FewestImages = 8;

    private const int Trials = 40,
        HeldOutParts = 4;

    /// <summary>Returns the numbers of images that are tried: 1, 2, 3, 4, 6, 8, 12, ...</summary>
    public static int[] SizesUpTo(int most) =>
        [
            .. Enumerable
                .Range(0, 62)
                .Select(i => i % 2 == 0 ? 1L << (i / 2) : 3L << (i / 2))
                .Where(size => size <= most)
                .Order()
                .Select(size => (int)size),
        ];

    /// <summary>Measures a class.</summary>
    /// <param name="mapped">The mapped features (n, D) of its images.</param>
    /// <param name="rivals">For each image the largest logit of another class.</param>
    /// <param name="trust">Returns how much the mean of a number of images counts.</param>
    /// <param name="seed">The seed of the trials.</param>
    public static CurveSample Measure(Rows mapped, double[] rivals, Func<double, double> trust, int seed)
    {
        int images = mapped.Count,
            width = mapped.Width,
            held = Math.Max(1, images / HeldOutParts);
        int[] sizes = SizesUpTo(images - held);
        double[,] hits = new double[images, sizes.Length];
        int[] tried = new int[images];
        for (int trial = 0; trial < Trials; trial++)
        {
            // Every image is held out equally often: the parts of one order, then another order.
            List<int> order = [.. Enumerable.Range(0, images)];
            new StreamRandom(seed, trial / HeldOutParts, images).Shuffle(order);
            int start = trial % HeldOutParts * images / HeldOutParts;
            order = [.. order.Skip(start), .. order.Take(start)];
            int[] test = [.. order.Take(held)],
                train = [.. order.Skip(held)];
            double[] sum = new double[width];
            float[] mean = new float[width];
            int added = 0;
            foreach ((int s, int size) in sizes.Index())
            {
                for (; added < size; added++)
                {
                    for (int d = 0; d < width; d++)
                        sum[d] += mapped[train[added]][d];
                }

                for (int d = 0; d < width; d++)
                    mean[d] = (float)(trust(size) * sum[d] / size);
                double half = Vectors.Dot(mean, mean) / 2.0;
                foreach (int row in test)
                    hits[row, s] += Vectors.Dot(mean, mapped[row]) - half > rivals[row] ? 1 : 0;
            }

            foreach (int row in test)
                tried[row]++;
        }

        for (int row = 0; row < images; row++)
        {
            for (int s = 0; s < sizes.Length; s++)
                hits[row, s] /= Math.Max(1, tried[row]);
        }

        return new CurveSample(sizes, hits);
    }

    /// <summary>Returns the accuracy for each number of images, as the mean over some of the images.</summary>
    public double[] Accuracies(IReadOnlyList<int> rows) => [.. Sizes.Select((_, s) => rows.Average(row => Hits[row, s]))];
}
