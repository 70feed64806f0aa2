using LiftPlus.TestSupport;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests;

/// <summary>The comparison that golden/README.md asks for.</summary>
internal static class PeftGolden
{
    /// <summary>|got - want| ≤ 1e-4 |want| + 1e-5 max(1, peak) everywhere.</summary>
    public static void Near(GoldenTensor want, Tensor got, string what) =>
        TensorAssert.Close(want, got, 1e-4, 1e-5 * Math.Max(1, want.Floats().Select(Math.Abs).DefaultIfEmpty().Max()), what);
}
