using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Classifiers;

/// <summary>Random class directions: uniform(-1, 1) entries, then unit rows.</summary>
internal static class RandomDirections
{
    /// <summary>(rows, width) unit rows from the given source of chance; on the CPU.</summary>
    public static Tensor Create(long rows, long width, Generator random)
    {
        using IDisposable noGrad = no_grad();
        using Tensor uniform = empty(rows, width);
        uniform.uniform_(-1, 1, random);
        return TensorMath.Normalize(uniform);
    }
}
