using LiftPlus.TestSupport;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>Implements the comparison of golden/README.md.</summary>
internal static class PeftGolden
{
    /// <summary>Asserts |got - want| ≤ 1e-4 |want| + 1e-5 max(1, peak) for every element.</summary>
    public static void Near(GoldenTensor want, Tensor got, string what) =>
        TensorAssert.Close(want, got, 1e-4, 1e-5 * Math.Max(1, want.Floats().Select(Math.Abs).DefaultIfEmpty().Max()), what);
}
