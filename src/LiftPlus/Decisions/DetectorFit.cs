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
        if (options.UnknownMeasure is null or UnknownMeasure.MaximumSoftmax)
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
        int width = units.Width;
        Matrix<double> x = Dense(units);
        Vector<double> mean = x.ColumnSums() / units.Count;
        int[] counts = new int[classes];
        Matrix<double> means = Matrix<double>.Build.Dense(classes, width);
        foreach ((int row, int label) in labels.Index())
        {
            counts[label]++;
            means.SetRow(label, means.Row(label) + x.Row(row));
        }

        int[] present = [.. Enumerable.Range(0, classes).Where(label => counts[label] > 0)];
        foreach (int label in present)
            means.SetRow(label, means.Row(label) / counts[label]);
        Matrix<double> within = Matrix<double>.Build.Dense(units.Count, width),
            centred = Matrix<double>.Build.Dense(units.Count, width);
        foreach ((int row, int label) in labels.Index())
        {
            within.SetRow(row, x.Row(row) - means.Row(label));
            centred.SetRow(row, x.Row(row) - mean);
        }

        Matrix<double> covariance = within.TransposeThisAndMultiply(within) / Math.Max(1, units.Count - present.Length);
        double[] betweens = [.. present.Select(label => Square(means.Row(label) - mean))];
        double noise = covariance.Trace();
        // The mean over classes of ‖m_c - m‖² has the noise of the class means in it.
        double between = Math.Max(betweens.Average() - noise * present.Average(label => 1.0 / counts[label]), 1e-3 * noise + 1e-12);
        Matrix<double> shrunk = Matrix<double>.Build.Dense(present.Length, width);
        foreach ((int place, int label) in present.Index())
        {
            double trust = counts[label] / (counts[label] + noise / between);
            shrunk.SetRow(place, mean + trust * (means.Row(label) - mean));
        }

        return new RelativeMahalanobis(
            Whiten(covariance, units.Count),
            Whiten(centred.TransposeThisAndMultiply(centred) / units.Count, units.Count),
            ToRows(shrunk),
            new Rows([.. mean.Select(value => (float)value)], width)
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

    // The inverse Cholesky factor of (1 - λ) S + λ (tr S / D) I with λ = D / (D + N).
    private static Rows Whiten(Matrix<double> covariance, int images)
    {
        int width = covariance.RowCount;
        double shrinkage = (double)width / (width + images),
            scale = Math.Max(covariance.Trace() / width, 1e-12);
        Matrix<double> regular = (1 - shrinkage) * covariance + shrinkage * scale * Matrix<double>.Build.DenseIdentity(width);
        return ToRows(regular.Cholesky().Factor.Inverse());
    }

    private static double Square(Vector<double> vector) => vector.DotProduct(vector);

    private static Matrix<double> Dense(Rows rows) =>
        Matrix<double>.Build.Dense(rows.Count, rows.Width, (row, column) => rows.Values[row * rows.Width + column]);

    private static Rows ToRows(Matrix<double> matrix) =>
        new([.. matrix.EnumerateRows().SelectMany(row => row).Select(value => (float)value)], matrix.ColumnCount);
}
