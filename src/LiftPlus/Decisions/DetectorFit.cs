using MathNet.Numerics.LinearAlgebra;

namespace LiftPlus.Decisions;

/// <summary>Fits what measures unknown images to training images.</summary>
internal static class DetectorFit
{
    /// <summary>Makes a measure.</summary>
    /// <param name="options">Which one.</param>
    /// <param name="train">Training images; null only for the measure that needs none.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="LiftPlusException">There are no training images, or too few.</exception>
    public static UnknownDetector Fit(PredictionPolicyOptions options, ScoredImages? train, int classes)
    {
        if (options.UnknownMeasure == UnknownMeasure.MaximumSoftmax)
            return new MaximumSoftmax();
        if (train is null)
            throw new LiftPlusException(
                $"{nameof(UnknownMeasure)}.{options.UnknownMeasure} needs training images; give them to FitPolicy, or use "
                    + $"{nameof(UnknownMeasure)}.{nameof(UnknownMeasure.MaximumSoftmax)}."
            );
        Rows units = train.Features.Normalized();
        return options.UnknownMeasure switch
        {
            UnknownMeasure.NeighborDistance => new NeighborDistance(units, options.Neighbors),
            UnknownMeasure.RelativeMahalanobis => Mahalanobis(units, train.Labels, classes),
            _ => Residual(units, train.Logits),
        };
    }

    private static RelativeMahalanobis Mahalanobis(Rows units, int[] labels, int classes)
    {
        ClassMoments moments = ClassMoments.Of(units, labels, classes);
        return new RelativeMahalanobis(
            Whiten(moments.Within, units.Count),
            Whiten(moments.Total, units.Count),
            ToRows(
                Matrix<double>.Build.DenseOfRowVectors(
                    Enumerable.Range(0, classes).Where(label => moments.Counts[label] > 0).Select(moments.Shrunk)
                )
            ),
            new Rows([.. moments.Mean.Select(value => (float)value)], units.Width)
        );
    }

    // The space of the D/2 directions of largest mean square, about the origin: classifiers that compare directions have no bias.
    private static VirtualLogit Residual(Rows units, Rows logits)
    {
        int kept = Math.Max(1, units.Width / 2);
        if (units.Count <= kept)
            throw new LiftPlusException(
                $"{nameof(UnknownMeasure)}.{nameof(UnknownMeasure.VirtualLogit)} needs more than {kept} training images for "
                    + $"{units.Width} features, and there are {units.Count}. Give more, or use another measure."
            );
        Matrix<double> x = Dense(units);
        Matrix<double> vectors = (x.TransposeThisAndMultiply(x) / units.Count).Evd(Symmetricity.Symmetric).EigenVectors;
        Rows basis = ToRows(vectors.SubMatrix(0, units.Width, units.Width - kept, kept).Transpose()); // the last have the largest values
        double residual = Enumerable.Range(0, units.Count).Average(row => VirtualLogit.Residual(basis, units[row]));
        double logit = Enumerable.Range(0, units.Count).Average(row => (double)logits[row][Probabilities.Largest(logits[row])]);
        return residual > 1e-6
            ? new VirtualLogit(basis, (float)(logit / residual))
            : throw new LiftPlusException(
                $"The features of the training images lie in a space of {kept} of their {units.Width} dimensions, so "
                    + $"{nameof(UnknownMeasure)}.{nameof(UnknownMeasure.VirtualLogit)} has nothing to measure; use another measure."
            );
    }

    /// <summary>Returns the inverse Cholesky factor of (1 - λ) S + λ (tr S / D) I with λ = D / (D + N).</summary>
    public static Rows Whiten(Matrix<double> covariance, int images)
    {
        int width = covariance.RowCount;
        double shrinkage = (double)width / (width + images),
            scale = Math.Max(covariance.Trace() / width, 1e-12);
        Matrix<double> regular = (1 - shrinkage) * covariance + shrinkage * scale * Matrix<double>.Build.DenseIdentity(width);
        return ToRows(regular.Cholesky().Factor.Inverse());
    }

    /// <summary>Returns the rows of a matrix in float32.</summary>
    public static Rows ToRows(Matrix<double> matrix) =>
        new([.. matrix.EnumerateRows().SelectMany(row => row).Select(value => (float)value)], matrix.ColumnCount);

    private static Matrix<double> Dense(Rows rows) =>
        Matrix<double>.Build.Dense(rows.Count, rows.Width, (row, column) => rows.Values[row * rows.Width + column]);
}
