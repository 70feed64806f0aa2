using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>
/// Computes class directions with a linear probe: the normalised coefficients of class-balanced, L2-regularised logistic regression on
/// training features. It minimises Σ_i w(y_i) CE(x_i Wᵀ + b, y_i) + ‖W‖² / 2 with w(c) = N / (K N_c), over the K classes that are present.
/// </summary>
internal static class LinearProbeInitializer
{
    private const double GradientTolerance = 1e-7; // of the objective divided by N
    private const int Memory = 10;

    /// <summary>
    /// Returns unit rows (C, D). A class without features gets a random unit direction. If two classes are present, the penalty is that of
    /// the single row that separates them, and the two rows are opposite; if one is present, its row is the class mean.
    /// </summary>
    /// <param name="features">The features (N, D).</param>
    /// <param name="labels">The labels, int64 (N), each from 0 to C - 1.</param>
    /// <param name="classCount">The number of classes C.</param>
    /// <param name="random">The generator of the directions of classes without features.</param>
    /// <param name="maxIterations">The maximum number of L-BFGS iterations, after which the best point so far is used.</param>
    /// <exception cref="LiftPlusException">
    /// The shapes do not match, a label is out of range, or a feature is NaN or infinite.
    /// </exception>
    public static Tensor Directions(Tensor features, Tensor labels, int classCount, Generator random, int maxIterations = 1000)
    {
        using DisposeScope scope = NewDisposeScope();
        LabeledFeatures.Check(features, labels, classCount);
        if (!features.isfinite().all().item<bool>())
            throw new LiftPlusException("A training feature is NaN or infinite; check the backbone's weights and precision.");

        (Tensor present, Tensor? dense, Tensor? counts) = labels.unique(sorted: true, return_inverse: true, return_counts: true);
        int k = (int)present.shape[0];
        if (k == 1)
            return ClassMeanInitializer.Directions(features, labels, classCount, random).MoveToOuterDisposeScope();

        Tensor fitted = Fit(features, dense!, counts!, k, maxIterations).to(features.device); // (K, D)
        Tensor rows = zeros([classCount, features.shape[1]], float64, features.device).index_copy_(0, present, fitted);
        return LabeledFeatures.UnitOrRandom(rows, random).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the optimal W (K, D), float64.</summary>
    private static Tensor Fit(Tensor features, Tensor labels, Tensor counts, int k, int maxIterations)
    {
        (long n, long d) = (features.shape[0], features.shape[1]);
        // The bias absorbs any shift of the features, so centring them only reduces the number of iterations.
        Tensor x = features.detach().to(float64);
        x = TensorMath.Subtract(x, x.mean([0]));
        Tensor balance = TensorMath.Scale(counts.to(float64).reciprocal(), 1.0 / k).index_select(0, labels); // (N), w(y_i) / N
        Scalar penalty = TensorMath.Hold((k == 2 ? 2.0 : 1.0) / (2 * n)); // two opposite rows of half the length: ‖w‖² / 2 of one

        Vector<double> best = Vector<double>.Build.Dense((int)(k * (d + 1)));
        double bestValue = double.PositiveInfinity;
        IObjectiveFunction objective = ObjectiveFunction.Gradient(point =>
        {
            using DisposeScope step = NewDisposeScope();
            using IDisposable grad = enable_grad(); // even if the caller has switched gradients off
            Tensor at = tensor(point.ToArray()).to(x.device).requires_grad_();
            Tensor w = at.narrow(0, 0, k * d).view(k, d),
                b = at.narrow(0, k * d, k);
            Tensor ce = nn.functional.cross_entropy(nn.functional.linear(x, w, b), labels, reduction: nn.Reduction.None);
            Tensor value = TensorMath.Add(ce.mul(balance).sum(), w.square().sum().mul(penalty));
            value.backward();
            double loss = value.item<double>();
            if (loss < bestValue)
                (best, bestValue) = (point.Clone(), loss);
            return (loss, Vector<double>.Build.Dense(at.grad!.cpu().data<double>().ToArray()));
        });
        try
        {
            new LimitedMemoryBfgsMinimizer(GradientTolerance, 1e-14, 1e-16, Memory, maxIterations).FindMinimum(objective, best);
        }
        catch (OptimizationException) when (double.IsFinite(bestValue))
        {
            // The line search found no better point: rounding errors end the descent.
        }

        GC.KeepAlive(penalty);
        return tensor(best.ToArray()).narrow(0, 0, k * d).view(k, d);
    }
}
