using MathNet.Numerics.LinearAlgebra;

namespace LiftPlus.Decisions;

/// <summary>
/// Represents the means of classes and the covariance that they share. The means of classes with few images are drawn towards the common
/// mean: m + (m_c - m) n_c / (n_c + κ), where κ is the variance within classes divided by that between them.
/// </summary>
internal sealed class ClassMoments
{
    private ClassMoments(
        int[] counts,
        Vector<double> mean,
        Matrix<double> means,
        Matrix<double> within,
        Matrix<double> total,
        double kappa
    ) => (Counts, Mean, Means, Within, Total, Kappa) = (counts, mean, means, within, total, kappa);

    /// <summary>Gets the number of images (C) of each class.</summary>
    public int[] Counts { get; }

    /// <summary>Gets the mean (D) of all images.</summary>
    public Vector<double> Mean { get; }

    /// <summary>Gets the means (C, D) of the classes as they are; those of classes without images are the common one.</summary>
    public Matrix<double> Means { get; }

    /// <summary>Gets the covariance (D, D) within classes.</summary>
    public Matrix<double> Within { get; }

    /// <summary>Gets the covariance (D, D) of all images.</summary>
    public Matrix<double> Total { get; }

    /// <summary>Gets κ: the number of images at which a class's own mean and the common one count the same.</summary>
    public double Kappa { get; }

    /// <summary>Computes the moments of features (N, D) with labels 0 to C - 1.</summary>
    public static ClassMoments Of(Rows features, IReadOnlyList<int> labels, int classes)
    {
        int width = features.Width,
            images = features.Count;
        double[] mean = new double[width],
            centred = new double[images * width];
        for (int i = 0; i < centred.Length; i++)
            mean[i % width] += features.Values[i] / (double)images;
        for (int i = 0; i < centred.Length; i++)
            centred[i] = features.Values[i] - mean[i % width];
        int[] counts = new int[classes];
        double[][] shifts = [.. Enumerable.Range(0, classes).Select(_ => new double[width])]; // m_c - m
        for (int row = 0; row < images; row++)
        {
            counts[labels[row]]++;
            for (int d = 0; d < width; d++)
                shifts[labels[row]][d] += centred[row * width + d];
        }

        double[] weighted = new double[classes * width]; // √n_c (m_c - m)
        for (int c = 0; c < classes; c++)
        {
            for (int d = 0; d < width && counts[c] > 0; d++)
            {
                shifts[c][d] /= counts[c];
                weighted[c * width + d] = Math.Sqrt(counts[c]) * shifts[c][d];
            }
        }

        int[] present = [.. Enumerable.Range(0, classes).Where(c => counts[c] > 0)];
        Matrix<double> all = Square(Products.Gram(centred, width), width),
            within = (all - Square(Products.Gram(weighted, width), width)) / Math.Max(1, images - present.Length);
        double noise = within.Trace();
        // The mean over classes of ‖m_c - m‖² has the noise of the class means in it.
        double between = Math.Max(
            present.Average(c => shifts[c].Sum(value => value * value)) - noise * present.Average(c => 1.0 / counts[c]),
            1e-3 * noise + 1e-12
        );
        Vector<double> common = Vector<double>.Build.Dense(mean);
        return new ClassMoments(
            counts,
            common,
            Matrix<double>.Build.DenseOfRowVectors(shifts.Select(shift => common + Vector<double>.Build.Dense(shift))),
            within,
            all / images,
            noise / between
        );
    }

    /// <summary>Returns how much the mean of so many images counts, 0 to 1.</summary>
    public double Trust(double images) => images / (images + Kappa);

    /// <summary>Returns the mean of a class, drawn towards the common one.</summary>
    public Vector<double> Shrunk(int label) => Mean + Trust(Counts[label]) * (Means.Row(label) - Mean);

    private static Matrix<double> Square(double[] values, int width) => Matrix<double>.Build.Dense(width, width, values);
}
