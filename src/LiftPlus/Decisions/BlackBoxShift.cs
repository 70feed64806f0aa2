using MathNet.Numerics.LinearAlgebra;

namespace LiftPlus.Decisions;

/// <summary>Estimates a mix from hard predictions by solving confusion · mix = predicted shares (BBSE, arXiv 1802.03916).</summary>
internal static class BlackBoxShift
{
    /// <summary>Returns the mix (K): the least squares, with negative shares cut off.</summary>
    /// <param name="confusion">The share (K, K) of the images of a kind, the column, that are predicted as another, the row.</param>
    /// <param name="predicted">The share (K) of the images that are predicted as each kind.</param>
    public static double[] Solve(IReadOnlyList<double> confusion, IReadOnlyList<double> predicted)
    {
        int count = predicted.Count;
        Matrix<double> matrix = Matrix<double>.Build.Dense(count, count, (row, column) => confusion[row * count + column]);
        double[] shares = [.. (matrix.PseudoInverse() * Vector<double>.Build.Dense([.. predicted])).Select(share => Math.Max(share, 0))];
        double total = shares.Sum();
        return total > 0 ? [.. shares.Select(share => share / total)] : [.. predicted];
    }
}
