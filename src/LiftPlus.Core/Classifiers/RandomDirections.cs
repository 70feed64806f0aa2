using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>Creates random class directions: entries drawn uniformly from (-1, 1), then rows scaled to length 1.</summary>
internal static class RandomDirections
{
    /// <summary>Creates unit rows (rows, width) on the CPU.</summary>
    public static Tensor Create(long rows, long width, Generator random)
    {
        using IDisposable noGrad = no_grad();
        using Tensor uniform = empty(rows, width);
        uniform.uniform_(-1, 1, random);
        return TensorMath.Normalize(uniform);
    }
}
