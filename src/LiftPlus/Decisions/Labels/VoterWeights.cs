using MathNet.Numerics.LinearAlgebra;

namespace LiftPlus.Decisions;

/// <summary>
/// Combines several opinions on the classes of images: softmax(Σ_m θ_m f_m) with weights θ ≥ 0 that make the cross-entropy with the given
/// labels least. Each class counts by the square root of its number of images. The problem is convex and solved by Newton's method.
/// </summary>
internal static class VoterWeights
{
    private const int MostSteps = 50,
        Halvings = 30,
        RowsPerPart = 1024;
    private const double Tolerance = 1e-9,
        Ridge = 1e-6; // an opinion that changes nothing has a weight of 0

    /// <summary>Returns the weights.</summary>
    /// <param name="voters">The opinions, each logits (N, C).</param>
    /// <param name="labels">The given labels.</param>
    public static double[] Fit(IReadOnlyList<Rows> voters, int[] labels)
    {
        double[] weights = Weights(labels);
        List<int> active = [.. Enumerable.Range(0, voters.Count)];
        while (true)
        {
            double[] fitted = Newton([.. active.Select(m => voters[m])], labels, weights);
            int least = fitted.Index().MinBy(entry => entry.Item).Index;
            if (fitted.Length > 1 && fitted[least] < 0)
            {
                active.RemoveAt(least);
                continue;
            }

            double[] all = new double[voters.Count];
            foreach ((int place, int m) in active.Index())
                all[m] = Math.Max(0, fitted[place]);
            return all;
        }
    }

    /// <summary>Returns the probabilities (N, C).</summary>
    public static Rows Combine(IReadOnlyList<Rows> voters, double[] theta)
    {
        float[] all = new float[voters[0].Values.Length];
        int classes = voters[0].Width;
        Parallel.For(0, voters[0].Count, row =>
        {
            double[] p = new double[classes];
            Softmax(voters, theta, row, p);
            for (int c = 0; c < classes; c++)
                all[row * classes + c] = (float)p[c];
        });
        return new Rows(all, classes);
    }

    private static double[] Newton(Rows[] voters, int[] labels, double[] weights)
    {
        Vector<double> theta = Vector<double>.Build.Dense(voters.Length);
        (double value, Vector<double> gradient, Matrix<double> hessian) = At(theta);
        for (int step = 0; step < MostSteps && gradient.L2Norm() > Tolerance; step++)
        {
            Vector<double> direction = hessian.Solve(-gradient);
            double length = 1;
            (double next, Vector<double> nextGradient, Matrix<double> nextHessian) = At(theta + direction);
            for (int i = 0; i < Halvings && !(next <= value); i++)
            {
                length /= 2;
                (next, nextGradient, nextHessian) = At(theta + length * direction);
            }

            if (!(next < value))
                break;
            theta += length * direction;
            (value, gradient, hessian) = (next, nextGradient, nextHessian);
        }

        return [.. theta];

        // Σ w (log Σ exp s - s_y), its gradient Σ w (E f - f_y) and Hessian Σ w Cov f.
        (double, Vector<double>, Matrix<double>) At(Vector<double> point)
        {
            double[] at = [.. point];
            Part[] parts = new Part[(labels.Length + RowsPerPart - 1) / RowsPerPart];
            Parallel.For(0, parts.Length, part => parts[part] = Sum(part, at)); // added in order, so that the result is always the same
            int count = voters.Length;
            return (
                Ridge * point.DotProduct(point) / 2 + parts.Sum(part => part.Value),
                parts.Aggregate(Ridge * point, (sum, part) => sum + Vector<double>.Build.Dense(part.Slope)),
                parts.Aggregate(Ridge * Matrix<double>.Build.DenseIdentity(count), (sum, part) =>
                    sum + Matrix<double>.Build.Dense(count, count, part.Curvature)
                )
            );
        }

        Part Sum(int part, double[] at)
        {
            int count = voters.Length;
            Part sum = new(new double[count], new double[count * count]);
            double[] p = new double[voters[0].Width],
                mean = new double[count];
            for (int row = part * RowsPerPart; row < Math.Min(labels.Length, (part + 1) * RowsPerPart); row++)
            {
                double w = weights[row];
                sum.Value += w * Softmax(voters, at, row, p);
                for (int m = 0; m < count; m++)
                {
                    float own = Value(voters[m], row, labels[row]);
                    mean[m] = 0;
                    for (int c = 0; c < p.Length; c++)
                        mean[m] += p[c] * Value(voters[m], row, c);
                    sum.Value -= w * at[m] * own;
                    sum.Slope[m] += w * (mean[m] - own);
                }

                for (int place = 0; place < sum.Curvature.Length; place++)
                {
                    (int m, int o) = (place / count, place % count);
                    double product = 0;
                    for (int c = 0; c < p.Length; c++)
                        product += p[c] * (Value(voters[m], row, c) - mean[m]) * (Value(voters[o], row, c) - mean[o]);
                    sum.Curvature[place] += w * product;
                }
            }

            return sum;
        }
    }

    // Writes the probabilities, and returns the logarithm of their common denominator.
    private static double Softmax(IReadOnlyList<Rows> voters, double[] theta, int row, double[] p)
    {
        double most = double.NegativeInfinity,
            total = 0;
        for (int c = 0; c < p.Length; c++)
        {
            p[c] = 0;
            for (int m = 0; m < theta.Length; m++)
                p[c] += theta[m] * Value(voters[m], row, c);
            most = Math.Max(most, p[c]);
        }

        for (int c = 0; c < p.Length; c++)
            total += p[c] = Math.Exp(p[c] - most);
        for (int c = 0; c < p.Length; c++)
            p[c] /= total;
        return most + Math.Log(total);
    }

    private static float Value(Rows voter, int row, int label) => voter.Values[row * voter.Width + label];

    private static double[] Weights(int[] labels)
    {
        Dictionary<int, int> counts = labels.CountBy(label => label).ToDictionary(entry => entry.Key, entry => entry.Value);
        double[] weights = [.. labels.Select(label => 1 / Math.Sqrt(counts[label]))];
        double total = weights.Sum();
        return [.. weights.Select(weight => weight / total)];
    }

    private sealed class Part(double[] slope, double[] curvature)
    {
        public double Value { get; set; }

        public double[] Slope => slope;

        public double[] Curvature => curvature;
    }
}
