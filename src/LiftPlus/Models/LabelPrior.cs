using LiftPlus.Losses;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Estimates the class prior π that scores contain from labelled images with another prior p (arXiv 2310.08106): the π on the simplex for
/// which CE(z - log π + log p, y) is least. In b = log p - log π this is convex, and its normalisation changes nothing.
/// </summary>
internal static class LabelPrior
{
    private const double GradientTolerance = 1e-7;
    private const int Memory = 10,
        MaxIterations = 500;

    /// <summary>Returns log π (C). A class without images keeps the share of a class with one.</summary>
    /// <param name="logits">The scores (N, C).</param>
    /// <param name="labels">The labels, int64 (N).</param>
    /// <param name="classes">The classes with their numbers of images.</param>
    public static double[] Estimate(Tensor logits, Tensor labels, ClassDistribution classes)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        int count = classes.ClassCount;
        double[] own = ClassPrior.LogShares(classes);
        Tensor shares = tensor(classes.Counts.Select(images => images / (double)logits.shape[0]).ToArray());
        Tensor present = tensor(classes.Counts.Select(images => images > 0 ? 1.0 : 0.0).ToArray());
        Vector<double> best = Vector<double>.Build.Dense(count);
        double bestValue = double.PositiveInfinity;
        IObjectiveFunction objective = ObjectiveFunction.Gradient(point =>
        {
            using DisposeScope step = NewDisposeScope();
            Tensor moved = TensorMath.Add(logits, tensor(point.ToArray()).to(logits.dtype, logits.device));
            double value = nn.functional.cross_entropy(moved, labels).item<float>();
            Tensor slope = TensorMath.Subtract(moved.softmax(1).mean([0]).to(float64).cpu(), shares).mul(present);
            if (value < bestValue)
                (best, bestValue) = (point.Clone(), value);
            return (value, Vector<double>.Build.Dense(slope.data<double>().ToArray()));
        });
        try
        {
            new LimitedMemoryBfgsMinimizer(GradientTolerance, 1e-12, 1e-12, Memory, MaxIterations).FindMinimum(objective, best);
        }
        catch (OptimizationException) when (double.IsFinite(bestValue))
        {
            // The line search found no better point: rounding errors end the descent.
        }

        double[] log = [.. own.Zip(best, (share, shift) => share - shift)];
        double total = Math.Log(log.Sum(Math.Exp));
        return [.. log.Select(value => value - total)];
    }
}
