using System.Numerics;

namespace LiftPlus.Adapters;

/// <summary>
/// Computes the size of a module from the number of classes, for options that leave it out, so that all modules together have about as many
/// values as the classifier (arXiv 2504.13282).
/// </summary>
public static class BottleneckRule
{
    /// <summary>
    /// Returns auto(k) = 2^max(0, ⌊log₂(C / (k L))⌋): the largest power of two up to C / (k L), and at least 1.
    /// </summary>
    /// <param name="classCount">The number of classes C.</param>
    /// <param name="vectorsPerUnit">
    /// The number k of vectors of width D per unit of size in a layer: 1 for a prompt, 2 for an adapter, 4 for LoRA on q and v.
    /// </param>
    /// <param name="layerCount">The number of layers L with the module.</param>
    public static int Auto(int classCount, int vectorsPerUnit, int layerCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vectorsPerUnit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layerCount);
        // For a power of two p, p <= C / (k L) exactly if p <= ⌊C / (k L)⌋: no floating-point logarithm is needed.
        long quotient = classCount / ((long)vectorsPerUnit * layerCount);
        return quotient < 1 ? 1 : 1 << BitOperations.Log2((ulong)quotient);
    }
}
