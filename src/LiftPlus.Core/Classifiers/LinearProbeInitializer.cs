using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>
/// Class directions from a linear probe: the normalised coefficients of class-balanced, L2-regularised logistic regression on training
/// features. Minimises Σ_i w(y_i) CE(x_i Wᵀ + b, y_i) + ‖W‖² / 2, w(c) = N / (K N_c), over the K classes that are present.
/// </summary>
public static class LinearProbeInitializer
{
    private const double GradientTolerance = 1e-7; // of the objective divided by N
    private const int Memory = 10;

    /// <summary>
    /// Unit rows (C, D). A class without a feature keeps its row: a random unit direction. With two classes present the penalty is that of the
    /// single row that tells them apart, and the two rows are opposite; with one there is nothing to tell apart, and its row is the class mean.
    /// </summary>
    /// <param name="features">(N, D).</param>
    /// <param name="labels">int64 (N), each from 0 to C - 1.</param>
    /// <param name="classCount">C.</param>
    /// <param name="random">Where directions of absent classes are drawn from.</param>
    /// <param name="maxIterations">Upper limit of L-BFGS iterations; the best point so far is used when it is reached.</param>
    /// <exception cref="LiftPlusException">Shapes that do not fit, a label outside the classes, or a feature that is not finite.</exception>
    public static Tensor Directions(Tensor features, Tensor labels, int classCount, Generator random, int maxIterations = 1000)
    {
        using DisposeScope scope = NewDisposeScope();
        LabeledFeatures.Check(features, labels, classCount);
        if (!features.isfinite().all().item<bool>())
            throw new LiftPlusException("A training feature is not a finite number; check the backbone's weights and its precision.");

        (Tensor present, Tensor? dense, Tensor? counts) = labels.unique(sorted: true, return_inverse: true, return_counts: true);
        int k = (int)present.shape[0];
        if (k == 1)
            return ClassMeanInitializer.Directions(features, labels, classCount, random).MoveToOuterDisposeScope();

        Tensor fitted = Fit(features, dense!, counts!, k, maxIterations).to(features.device); // (K, D)
        Tensor rows = zeros([classCount, features.shape[1]], float64, features.device).index_copy_(0, present, fitted);
        return LabeledFeatures.UnitOrRandom(rows, random).MoveToOuterDisposeScope();
    }

    /// <summary>The optimal W (K, D), float64.</summary>
    private static Tensor Fit(Tensor features, Tensor labels, Tensor counts, int k, int maxIterations)
    {
        (long n, long d) = (features.shape[0], features.shape[1]);
        // The bias takes up any shift of the features, so centring them changes nothing but the number of iterations.
        Tensor x = features.detach().to(float64);
        x = TensorMath.Subtract(x, x.mean([0]));
        Tensor balance = TensorMath.Scale(counts.to(float64).reciprocal(), 1.0 / k).index_select(0, labels); // (N), w(y_i) / N
        Scalar penalty = TensorMath.Hold((k == 2 ? 2.0 : 1.0) / (2 * n)); // two opposite rows of half the length: ‖w‖² / 2 of one

        Vector<double> best = Vector<double>.Build.Dense((int)(k * (d + 1)));
        double bestValue = double.PositiveInfinity;
        IObjectiveFunction objective = ObjectiveFunction.Gradient(point =>
        {
            using DisposeScope step = NewDisposeScope();
            using IDisposable grad = enable_grad(); // whatever the caller's mode
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
            // The line search found no better point: rounding ends the descent here.
        }

        GC.KeepAlive(penalty);
        return tensor(best.ToArray()).narrow(0, 0, k * d).view(k, d);
    }
}
