using MathNet.Numerics.LinearAlgebra;

namespace LiftPlus.Decisions;

/// <summary>
/// Represents a classifier on features that is made without training: classes are Gaussian with their own means and one covariance
/// (arXiv 2402.04087). In the space of z = L⁻¹ (x - m), where that covariance is the identity, the logit of a class is
/// z · m_c - ‖m_c‖² / 2.
/// </summary>
internal sealed class GaussianHead
{
    private readonly Rows _whitening; // (D, D), L⁻¹
    private readonly float[] _mean;

    private GaussianHead(Rows whitening, float[] mean, ClassMoments moments, Rows means) =>
        (_whitening, _mean, Moments, Means) = (whitening, mean, moments, means);

    /// <summary>Gets the moments of the features.</summary>
    public ClassMoments Moments { get; }

    /// <summary>Gets the means (C, D) of the classes, mapped.</summary>
    public Rows Means { get; }

    /// <summary>Makes the classifier from features (N, D) with labels 0 to C - 1.</summary>
    public static GaussianHead Fit(Rows features, IReadOnlyList<int> labels, int classes)
    {
        ClassMoments moments = ClassMoments.Of(features, labels, classes);
        Rows whitening = DetectorFit.Whiten(moments.Within, features.Count);
        Matrix<double> shifts = Matrix<double>.Build.DenseOfRowVectors(
            Enumerable.Range(0, classes).Select(label => moments.Shrunk(label) - moments.Mean)
        );
        return new GaussianHead(
            whitening,
            [.. moments.Mean.Select(value => (float)value)],
            moments,
            Products.Multiply(DetectorFit.ToRows(shifts), whitening)
        );
    }

    /// <summary>Maps features (N, D) to the space in which the classes are round.</summary>
    public Rows Map(Rows features)
    {
        float[] shifted = new float[features.Values.Length];
        for (int i = 0; i < shifted.Length; i++)
            shifted[i] = features.Values[i] - _mean[i % features.Width];
        return Products.Multiply(new Rows(shifted, features.Width), _whitening);
    }

    /// <summary>
    /// Returns the logits (N, C) of mapped features; minus infinity for classes that the classifier has seen no image of.
    /// </summary>
    public Rows Logits(Rows mapped)
    {
        Rows logits = Products.Multiply(mapped, Means);
        double[] half = [.. Enumerable.Range(0, Means.Count).Select(label => Vectors.Dot(Means[label], Means[label]) / 2.0)];
        for (int i = 0; i < logits.Values.Length; i++)
        {
            int label = i % Means.Count;
            logits.Values[i] = Moments.Counts[label] > 0 ? (float)(logits.Values[i] - half[label]) : float.NegativeInfinity;
        }

        return logits;
    }
}
