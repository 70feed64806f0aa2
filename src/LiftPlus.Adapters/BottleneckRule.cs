using System.Numerics;

namespace LiftPlus.Adapters;

/// <summary>
/// The size of a module when none is given: it follows from the number of classes, so that all modules together have about as many
/// values as the classifier (arXiv 2504.13282).
/// </summary>
public static class BottleneckRule
{
    /// <summary>
    /// auto(k) = 2^max(0, ⌊log₂(C / (k L))⌋): the largest power of two that is not above C / (k L), and at least 1.
    /// </summary>
    /// <param name="classCount">Number of classes C.</param>
    /// <param name="vectorsPerUnit">
    /// k: how many D-wide vectors one unit of size costs in a layer (1 for a prompt, 2 for an adapter, 4 for LoRA on q and v).
    /// </param>
    /// <param name="layerCount">Number of layers L that get the module.</param>
    public static int Auto(int classCount, int vectorsPerUnit, int layerCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vectorsPerUnit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layerCount);
        // For a power of two p, p <= C / (k L) exactly if p <= ⌊C / (k L)⌋: no floating-point logarithm is needed.
        long quotient = classCount / ((long)vectorsPerUnit * layerCount);
        return quotient < 1 ? 1 : 1 << BitOperations.Log2((ulong)quotient);
    }
}
